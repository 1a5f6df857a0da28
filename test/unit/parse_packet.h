/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/packet/network.h on packets at the end of readable memory, whole and cut behind
 * every byte, so that a read past `end` is a fault, not luck.
 */
#ifndef HDRTAP_TEST_PARSE_PACKET_H
#define HDRTAP_TEST_PARSE_PACKET_H

#include <hdrtap/packet/network.h>

#include "packets.h"

/* To be called first in every test. */
void parse_packet_ready(void);

/*
 * Parses a packet that begins with `ethertype` (see hdrtap_packet_begin()) whole, then cut: by a
 * capture (the result is the same or SHORT, and SHORT only as long as headers are missing), and on
 * the wire (then nothing is missing, so SHORT is wrong). Returns the result of the whole one.
 */
int parse_packet(__u16 ethertype, const struct packet *p, const struct hdrtap_config *config,
		 struct hdrtap_packet *out);

/* Parses the first `captured` bytes of a packet that had `length` on the wire. */
int parse_packet_cut(__u16 ethertype, const struct packet *p, __u32 captured, __u32 length,
		     const struct hdrtap_config *config, struct hdrtap_packet *out);

#endif
