/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Request heads as a browser sends them, and the parsers that others have for them.
 */
#ifndef HDRTAP_BENCH_HEADS_H
#define HDRTAP_BENCH_HEADS_H

#include <linux/types.h>

#define HEADS_DIFFERENT 256

/* Each writes a head, number modulo HEADS_DIFFERENT, and returns its length. */
__u32 head_ordinary(__u8 *to, __u32 number);
__u32 head_plain(__u8 *to, __u32 number);  /* as long, but nothing in a URL is like a query */
__u32 head_secret(__u8 *to, __u32 number); /* as long, with a secret query value */

/* ns that other parsers take for an ordinary head: means of many calls, one for each number. */
#define PARSER_TIMES HEADS_DIFFERENT
void time_picohttpparser(__u64 ns[PARSER_TIMES]);
void time_http_parser(__u64 ns[PARSER_TIMES]);

#endif
