/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which packets are of the chosen ports.
 */
#ifndef HDRTAP_PORTS_H
#define HDRTAP_PORTS_H

#include <hdrtap/packet/packet.h>
#include <hdrtap/settings.h>

/* Whether the packet's ports are to be looked at. */
HDRTAP_INLINE int hdrtap_ports_wanted(const struct hdrtap_ports *ports,
				      const struct hdrtap_packet *packet)
{
	return !ports->chosen || hdrtap_port_chosen(ports, packet->source_port) ||
	       hdrtap_port_chosen(ports, packet->destination_port);
}

#endif
