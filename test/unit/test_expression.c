/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Expressions without a kernel: what is compiled, what is refused and how, what is warned of. What
 * the translation does is run by test/bpf/expressions.c.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "filter/translate.h"
#include "filter/warn.h"
#include "said.h"

#define RETURN(k)                        \
	{                                \
		BPF_RET | BPF_K, 0, 0, k \
	}
#define PROGRAM(insns)                                                     \
	{                                                                  \
		.insn = (insns), .count = sizeof(insns) / sizeof(*(insns)) \
	}
#define MANY 60000

/* Of an expression that may be only for some links: mask of 1 << FILTER_*. */
static unsigned int links_of(const char *expression)
{
	unsigned int links = 0;
	struct filter filter;

	cr_assert_eq(filter_open(&filter, expression), 0, "%s", expression);
	for (int link = 0; link < FILTER_LINKS; link++)
		links |= filter.program[link].insn ? 1U << link : 0;
	filter_close(&filter);
	return links;
}

Test(expression, each_kind_of_link_has_its_own)
{
	const unsigned int ethernet = 1 << FILTER_ETHERNET, both = ethernet | 1 << FILTER_IP;

	cr_assert_eq(links_of("tcp port 80"), both);
	cr_assert_eq(links_of("vlan 100"), ethernet);
	cr_assert_eq(links_of("mpls"), ethernet);
	cr_assert_eq(links_of("ether host 02:00:00:00:00:01"), ethernet);
}

static void refuse(const char *expression, const char *why)
{
	struct filter filter;
	const char *said;
	int err;

	said_begin();
	err = filter_open(&filter, expression);
	said = said_end();
	cr_assert_eq(err, -EINVAL, "%s: %d", expression, err);
	cr_assert(said_line(said, why), "%s", said);
	filter_close(&filter);
}

Test(expression, refusals)
{
	refuse("tcp porrt 80", "expression 'tcp porrt 80': can't parse filter expression: syntax");
	refuse("tcp\nand", "expression 'tcp?and': ");
	refuse("ip and ip6", "expression rejects all packets");
	refuse("port 70000", "70000");
	refuse("host 300.1.1.1", "300.1.1.1");
	refuse("ip6 protochain 6", "loop (protochain)");
	refuse("wlan type mgt", "802.11");
}

/* What is quoted is cut, and the reason still said. */
Test(expression, long_ones)
{
	char *text = malloc(MANY + 16);

	memset(text, '(', MANY);
	strcpy(text + MANY, "tcp");
	refuse(text, "...': ");
	free(text);
}

Test(expression, what_takes_too_long)
{
	char *text = malloc(MANY * 24), *end = text;

	for (int i = 0; i < MANY / 20; i++)
		end += sprintf(end, "%shost 10.0.%d.%d", i ? " or " : "", i / 250, i % 250);
	refuse(text, "libpcap needs more than 3 seconds to compile it");
	free(text);
}

static void refuse_program(struct filter_program program, int expected, const char *why)
{
	struct filter_code code;

	cr_assert_eq(filter_translate(&code, &program, BPF_FUNC_skb_load_bytes, program.why),
		     expected, "%s", why);
	cr_assert(strstr(program.why, why), "%s", program.why);
	cr_assert_null(code.insn);
}

/* libpcap makes none of them. */
Test(expression, programs_that_are_wrong)
{
	struct filter_insn no_end[] = { { BPF_LD | BPF_IMM, 0, 0, 1 } };
	struct filter_insn jump_out[] = { { BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0 }, RETURN(0) };
	struct filter_insn far_out[] = { { BPF_JMP | BPF_JA, 0, 0, 0x7fffffff }, RETURN(0) };
	struct filter_insn loop[] = { { BPF_JMP | BPF_JA, 0, 0, 0xffffffff }, RETURN(0) };
	struct filter_insn memory[] = { { BPF_ST, 0, 0, BPF_MEMWORDS }, RETURN(0) };
	struct filter_insn memory_read[] = { { BPF_LDX | BPF_MEM, 0, 0, 1U << 31 }, RETURN(0) };
	struct filter_insn unknown[] = { { BPF_LD | BPF_W | BPF_MSH, 0, 0, 0 }, RETURN(0) };
	struct filter_insn other[] = { { BPF_ALU | 0xc0, 0, 0, 1 }, RETURN(0) };
	struct filter_insn wide[] = { { 0x4000 | BPF_LD | BPF_IMM, 0, 0, 1 }, RETURN(0) };
	struct filter_insn none[] = { RETURN(0) };

	refuse_program((struct filter_program)PROGRAM(no_end), -EINVAL, "no end");
	refuse_program((struct filter_program)PROGRAM(jump_out), -EINVAL, "no end");
	refuse_program((struct filter_program)PROGRAM(far_out), -EINVAL, "no end");
	refuse_program((struct filter_program)PROGRAM(loop), -EOPNOTSUPP, "loop");
	refuse_program((struct filter_program)PROGRAM(memory), -EINVAL, "memory");
	refuse_program((struct filter_program)PROGRAM(memory_read), -EINVAL, "memory");
	refuse_program((struct filter_program)PROGRAM(unknown), -EINVAL, "unknown");
	refuse_program((struct filter_program)PROGRAM(other), -EINVAL, "unknown");
	refuse_program((struct filter_program)PROGRAM(wide), -EINVAL, "unknown");
	refuse_program((struct filter_program){ .insn = none, .count = 0 }, -EINVAL, "no end");
}

Test(expression, programs_that_are_too_long)
{
	struct filter_program program = { .insn = calloc(MANY, sizeof(*program.insn)),
					  .count = MANY };

	for (__u32 i = 0; i < MANY; i++)
		program.insn[i] = (struct filter_insn){ BPF_ALU | BPF_ADD | BPF_K, 0, 0, i };
	program.insn[MANY - 1] = (struct filter_insn)RETURN(1);
	refuse_program(program, -E2BIG, "too long for the kernel");
	filter_program_free(&program);
}

/* What is not reached, the kernel would not take. */
Test(expression, what_is_not_reached_is_left_out)
{
	struct filter_insn insns[] = { { BPF_JMP | BPF_JA, 0, 0, 1 },
				       { BPF_LD | BPF_W | BPF_ABS, 0, 0, 0 },
				       RETURN(1),
				       { BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0 },
				       RETURN(2) };
	struct filter_program program = PROGRAM(insns);
	struct filter_code code;

	cr_assert_eq(filter_translate(&code, &program, BPF_FUNC_skb_load_bytes, program.why), 0);
	for (__u32 i = 0; i < code.count; i++) {
		cr_assert_neq(code.insn[i].code, BPF_JMP | BPF_CALL);
		cr_assert_neq(BPF_CLASS(code.insn[i].code), BPF_LDX);
	}
	filter_code_free(&code);
}

static void check_part(const char *expression, const char *expected, int direction)
{
	size_t length;
	int taken = 0;
	const char *part = filter_part(expression, &length, &taken);

	if (!expected) {
		cr_assert_null(part, "%s: %s", expression, part);
		return;
	}
	cr_assert(part && length == strlen(expected) && !memcmp(part, expected, length), "%s",
		  expression);
	cr_assert_eq(taken, direction, "%s", expression);
}

Test(expression, those_that_take_a_part)
{
	check_part("", NULL, 0);
	check_part("tcp port 80 and (host a or net 10)", NULL, 0);
	check_part("src or dst port 80", NULL, 0);
	check_part("dst and src net 10", NULL, 0);
	check_part("tcp src||dst port 80", NULL, 0);
	check_part("src&&dst port 80", NULL, 0);
	check_part("host src-1.example or host my.len", NULL, 0);
	check_part("dst port 80", "dst", 1);
	check_part("src or dst port 80 and src host a", "src", 1);
	check_part("src port 80 or dst port 80", "src", 1);
	check_part("src|dst port 80", "src", 1);
	check_part("(not(src 10.0.0.1))", "src", 1);
	check_part("inbound", "inbound", 1);
	check_part("tcp and outbound", "outbound", 1);
	check_part("tcp[13]=2", "[", 0);
	check_part("len>100", "len", 0);
	check_part("port 80 and less 200", "less", 0);
	check_part("greater 9", "greater", 0);
	check_part("src", "src", 1);
	check_part("src or", "src", 1);
}
