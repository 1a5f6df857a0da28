/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What bpf_filter() leaves undefined does not occur: scratch memory is written first, numbers that
 * are shifted by are below 32, and those that are divided by are not 0 (X may be).
 */
#include "random_program.h"

#include <linux/filter.h>
#include <stdlib.h>

#define WORDS      4 /* of scratch memory */
#define BODY_MAX   48
#define PACKET     160  /* offsets that most packets have, and around the end of the prefix */
#define PACKET_MAX 4000 /* offsets that few have */

/* Offsets of all kinds: most of them are in the packet. */
static __u32 offset(struct rng *rng)
{
	if (rng_once_in(rng, 40))
		return rng_next(rng);
	return rng_below(rng, rng_once_in(rng, 12) ? PACKET_MAX : PACKET);
}

static __u16 size(struct rng *rng)
{
	static const __u16 sizes[] = { BPF_W, BPF_H, BPF_B };

	return sizes[rng_below(rng, 3)];
}

static __u32 number(struct rng *rng)
{
	return rng_once_in(rng, 3) ? rng_next(rng) : rng_below(rng, 256);
}

static struct filter_insn load(struct rng *rng)
{
	switch (rng_below(rng, 10)) {
	case 0:
		return (struct filter_insn){ BPF_LD | BPF_IMM, 0, 0, number(rng) };
	case 1:
		return (struct filter_insn){ BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 };
	case 2:
		return (struct filter_insn){ BPF_LD | BPF_MEM, 0, 0, rng_below(rng, WORDS) };
	case 3:
	case 4:
	case 5:
		return (struct filter_insn){ BPF_LD | BPF_IND | size(rng), 0, 0, offset(rng) };
	default:
		return (struct filter_insn){ BPF_LD | BPF_ABS | size(rng), 0, 0, offset(rng) };
	}
}

static struct filter_insn load_x(struct rng *rng)
{
	switch (rng_below(rng, 5)) {
	case 0:
		return (struct filter_insn){ BPF_LDX | BPF_IMM, 0, 0, offset(rng) };
	case 1:
		return (struct filter_insn){ BPF_LDX | BPF_W | BPF_LEN, 0, 0, 0 };
	case 2:
		return (struct filter_insn){ BPF_LDX | BPF_MEM, 0, 0, rng_below(rng, WORDS) };
	default:
		return (struct filter_insn){ BPF_LDX | BPF_MSH | BPF_B, 0, 0, offset(rng) };
	}
}

static struct filter_insn calculate(struct rng *rng)
{
	static const __u16 ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_OR, BPF_AND,
				     BPF_LSH, BPF_RSH, BPF_MOD, BPF_XOR, BPF_NEG };
	__u16 op = ops[rng_below(rng, sizeof(ops) / sizeof(*ops))];
	__u32 k = number(rng);

	if (op == BPF_NEG)
		return (struct filter_insn){ BPF_ALU | BPF_NEG, 0, 0, 0 };
	if (rng_once_in(rng, 2))
		return (struct filter_insn){ BPF_ALU | op | BPF_X, 0, 0, 0 };
	if (op == BPF_LSH || op == BPF_RSH)
		k %= 32;
	if (op == BPF_DIV || op == BPF_MOD)
		k += !k;
	return (struct filter_insn){ BPF_ALU | op | BPF_K, 0, 0, k };
}

/* `left`: instructions behind it. */
static struct filter_insn jump(struct rng *rng, __u32 left)
{
	static const __u16 ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	__u32 far = left > 8 ? 8 : left;

	if (rng_once_in(rng, 10))
		return (struct filter_insn){ BPF_JMP | BPF_JA, 0, 0, rng_below(rng, far) };
	return (struct filter_insn){ BPF_JMP | ops[rng_below(rng, 4)] |
					     (rng_once_in(rng, 3) ? BPF_X : BPF_K),
				     rng_below(rng, far), rng_below(rng, far), number(rng) };
}

static struct filter_insn other(struct rng *rng)
{
	switch (rng_below(rng, 4)) {
	case 0:
		return (struct filter_insn){ BPF_MISC | BPF_TXA, 0, 0, 0 };
	case 1:
		return (struct filter_insn){ BPF_ST, 0, 0, rng_below(rng, WORDS) };
	case 2:
		return (struct filter_insn){ BPF_STX, 0, 0, rng_below(rng, WORDS) };
	default:
		return (struct filter_insn){ BPF_MISC | BPF_TAX, 0, 0, 0 };
	}
}

static struct filter_insn any(struct rng *rng, __u32 left)
{
	switch (rng_below(rng, 12)) {
	case 0:
	case 1:
		return load_x(rng);
	case 2:
	case 3:
		return other(rng);
	case 4:
	case 5:
	case 6:
		return calculate(rng);
	case 7:
	case 8:
		return jump(rng, left);
	default:
		return load(rng);
	}
}

static struct filter_insn end(struct rng *rng)
{
	if (rng_once_in(rng, 2))
		return (struct filter_insn){ BPF_RET | BPF_A, 0, 0, 0 };
	return (struct filter_insn){ BPF_RET | BPF_K, 0, 0, rng_below(rng, 2) };
}

void random_program(struct filter_program *program, struct rng *rng)
{
	__u32 body = 1 + rng_below(rng, BODY_MAX), i = 0;
	struct filter_insn *insn = calloc(2 * WORDS + body + 1, sizeof(*insn));

	if (!insn)
		abort();
	for (__u32 word = 0; word < WORDS; word++) {
		insn[i++] = (struct filter_insn){ BPF_LD | BPF_IMM, 0, 0, number(rng) };
		insn[i++] = (struct filter_insn){ BPF_ST, 0, 0, word };
	}
	for (; body; body--)
		insn[i++] = any(rng, body);
	insn[i++] = end(rng);
	*program = (struct filter_program){ .insn = insn, .count = i };
}
