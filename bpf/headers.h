/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The headers of a packet, up to its TCP payload. A level is the packet itself, or the one inside a
 * tunnel. The first is parsed in place, as every packet has it; rare headers and the other levels
 * by one global function: verified once, on its own, its stack given back before the payload is
 * looked at.
 *
 * Programs see a packet's linear part only. Where headers go on behind it, the hook has its own way
 * to reach them: headers_far().
 */
#ifndef HDRTAP_BPF_HEADERS_H
#define HDRTAP_BPF_HEADERS_H

#include <hdrtap/packet/network.h>
#include "platform.h"

#define HEADERS_MAX \
	256 /* bytes of one level's headers that are looked for behind the linear part */

/* Makes work->packet ready for its first level, which begins with `ethertype`; of its origin the
 * bytes captured are known. */
static void headers_begin(HDRTAP_CONTEXT *context, __u16 ethertype, struct hdrtap_work *work);

/* headers_level(), for a level that goes on behind the linear part: HDRTAP_PACKET_SHORT means now
 * that the headers are too long. */
HDRTAP_GLOBAL int headers_far(HDRTAP_CONTEXT *context, struct hdrtap_packet *packet);

HDRTAP_GLOBAL int headers_level(HDRTAP_CONTEXT *context, struct hdrtap_packet *packet)
{
	const __u8 *data = (const __u8 *)(long)context->data;
	const __u8 *end = (const __u8 *)(long)context->data_end;

	if (!packet)
		return HDRTAP_COUNTER_LOAD_FAILED;
	return hdrtap_parse_rest(data, end, &config, packet);
}

/* What is rare: headers behind the linear part, those of link.h, and a packet in a packet.
 * `result`: of the first level. */
HDRTAP_GLOBAL int headers_rest(HDRTAP_CONTEXT *context, struct hdrtap_work *work, __u16 ethertype,
			       int result)
{
	int i;

	if (!work)
		return HDRTAP_COUNTER_LOAD_FAILED;
	if (result == HDRTAP_PACKET_SHORT) {
		headers_begin(context, ethertype, work);
		result = headers_far(context, &work->packet);
	}
	for (i = 0; i < HDRTAP_HEADERS_MAX && result == HDRTAP_PACKET_AGAIN; i++) {
		result = headers_level(context, &work->packet);
		if (result == HDRTAP_PACKET_SHORT)
			result = headers_far(context, &work->packet);
	}
	return hdrtap_parsed(result, &work->packet);
}

/* `ethertype`: what the packet begins with. Returns HDRTAP_PACKET_TCP, or the packet's outcome. */
static __always_inline int headers(HDRTAP_CONTEXT *context, __u16 ethertype,
				   struct hdrtap_work *work)
{
	const __u8 *data = (const __u8 *)(long)context->data;
	const __u8 *end = (const __u8 *)(long)context->data_end;
	int result;

	headers_begin(context, ethertype, work);
	result = hdrtap_parse_level(data, end, &config, &work->packet);
	if (result == HDRTAP_PACKET_SHORT || result == HDRTAP_PACKET_AGAIN)
		result = headers_rest(context, work, ethertype, result);
	return result;
}

#endif
