/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Expressions as libpcap compiles them: classic BPF, for one kind of link.
 */
#ifndef HDRTAP_USER_COMPILE_H
#define HDRTAP_USER_COMPILE_H

#include <linux/types.h>

#define FILTER_WHY_MAX 256 /* bytes of a reason, with the NUL */

/* How messages quote an expression, of any length, and what that takes as arguments. */
#define FILTER_QUOTE     "expression '%.*s%s'"
#define FILTER_QUOTE_MAX 120
#define FILTER_QUOTED(e) FILTER_QUOTE_MAX, (e), strlen(e) > FILTER_QUOTE_MAX ? "..." : ""

/* How the packets of an interface begin. */
enum filter_link {
	FILTER_ETHERNET,
	FILTER_IP, /* at the IP header */
	FILTER_LINKS
};

/* One instruction of classic BPF: struct bpf_insn of libpcap, whose name the kernel's headers use
 * for another. */
struct filter_insn {
	__u16 code;
	__u8 jt, jf;
	__u32 k;
};

struct filter_program {
	struct filter_insn *insn; /* owned; NULL: there is none */
	__u32 count;
	char why[FILTER_WHY_MAX]; /* there is none; "": because nothing was compiled */
};

/*
 * Compiles an expression for all kinds of links, in a process of its own, as libpcap may take
 * hours. Where it cannot be compiled for a kind of link there is a reason instead. Returns 0 or
 * -errno (reported): EINVAL, libpcap takes too long.
 */
int filter_compile(struct filter_program program[FILTER_LINKS], const char *expression);

/* For who compiles an expression without such limits: 0 when libpcap does not take too long, as by
 * filter_compile(). */
int filter_check_time(const char *expression);

void filter_program_free(struct filter_program *program);

#endif
