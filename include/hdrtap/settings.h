/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What can be changed while the programs run: header elements, ports, the rate limit,
 * the share of connections. Made by user
 * space as a whole; a new generation is written beside the older ones, then one number is changed.
 * A head ends with the generation it began with, so several are kept.
 */
#ifndef HDRTAP_SETTINGS_H
#define HDRTAP_SETTINGS_H

#include <hdrtap/elements.h>

/* Generations kept at one time; generation g has place g % HDRTAP_GENERATIONS. Power of two. */
#define HDRTAP_GENERATIONS 8

struct hdrtap_ports {
	__u8 chosen;         /* 1: only TCP ports that have a bit; 0: all */
	__u8 bit[65536 / 8]; /* bit n % 8 of byte n / 8: port n, as source or destination */
};

struct hdrtap_settings {
	struct hdrtap_elements elements; /* its generation is that of all of this */
	struct hdrtap_ports ports;
	__u32 limit;  /* records per second, of all CPUs together; 0: no limit */
	__u32 sample; /* one of so many connections is looked at; 0, 1: all */
};

HDRTAP_INLINE int hdrtap_port_chosen(const struct hdrtap_ports *ports, __u16 port)
{
	return ports->bit[port >> 3] >> (port & 7) & 1;
}

#endif
