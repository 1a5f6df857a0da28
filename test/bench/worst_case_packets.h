/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Payloads that give the parser as much work as it can get, and ordinary ones to compare with.
 * Each writes at most `room` bytes and returns how many.
 */
#ifndef HDRTAP_BENCH_WORST_CASE_PACKETS_H
#define HDRTAP_BENCH_WORST_CASE_PACKETS_H

#include <linux/types.h>

__u32 packet_ordinary(char *to, __u32 room);    /* what a browser sends */
__u32 packet_body(char *to, __u32 room);        /* letters, as many as a segment has */
__u32 packet_binary(char *to, __u32 room);      /* other bytes, likewise */
__u32 packet_upload(char *to, __u32 room);      /* a head whose body never ends */
__u32 packet_part(char *to, __u32 room);        /* the first bytes of a head */
__u32 packet_pipelined(char *to, __u32 room);   /* heads of 18 bytes */
__u32 packet_chunks(char *to, __u32 room);      /* a head, and chunks of one byte */
__u32 packet_thousand(char *to, __u32 room);    /* heads of 1000 short lines */
__u32 packet_short_lines(char *to, __u32 room); /* one head, lines of two bytes */
__u32 packet_chosen(char *to, __u32 room);      /* one head, lines whose values are wanted */
__u32 packet_value(char *to, __u32 room);       /* one head, one value */
__u32 packet_cr(char *to, __u32 room);          /* one head, values of CR without LF */
__u32 packet_head(char *to, __u32 room);        /* one head, all the room there is */

#endif
