/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every classic instruction becomes a few new ones, in the same order. Two things are known of each
 * before it is translated, as jumps only go forward: whether it is reached at all (the kernel takes
 * no instructions that are not), and how many bytes the packet has at least when it is, from loads
 * on all ways to it, so that not every load has to compare again.
 *
 * Registers: the context, the prefix, A and X are in those that calls leave alone. The scratch
 * memory M[] and four bytes that are loaded from behind the prefix are on the stack.
 */
#include "filter/translate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter/translate_load.h"

/* Goes on from instruction `i` at another. */
static void go(struct translation *t, __u32 i, __u64 to)
{
	if (to != i + 1ULL && to < t->program->count)
		emit_jump(&t->emit, to);
}

static int translate_store(struct translation *t, __u32 i, int from)
{
	__u32 word = t->program->insn[i].k;
	int err = translation_word(t, word);

	if (err)
		return err;
	emit_store(&t->emit, EMIT_SCRATCH(word), from);
	return translation_reach(t, i + 1, t->known[i]);
}

/* --- arithmetic --- */

/* Shifts by 32 and more give 0, as they do not in the kernel. */
static void shift_by_x(struct translation *t, __u8 op)
{
	__u32 done;

	emit_alu(&t->emit, op, EMIT_A, EMIT_X);
	done = emit_ahead32(&t->emit, BPF_JLT, EMIT_X, 32);
	emit_move_imm(&t->emit, EMIT_A, 0);
	emit_here(&t->emit, done);
}

static void calculate_by_x(struct translation *t, __u8 op)
{
	if (op == BPF_LSH || op == BPF_RSH) {
		shift_by_x(t, op);
		return;
	}
	if (op == BPF_DIV || op == BPF_MOD)
		emit_branch(&t->emit, BPF_JEQ, EMIT_X, 0, t->program->count);
	emit_alu(&t->emit, op, EMIT_A, EMIT_X);
}

/* Returns whether packets get behind it. */
static bool calculate_by_number(struct translation *t, __u8 op, __u32 k)
{
	if ((op == BPF_DIV || op == BPF_MOD) && !k) {
		translation_reject(t);
		return false;
	}
	if ((op == BPF_LSH || op == BPF_RSH) && k > 31)
		emit_move_imm(&t->emit, EMIT_A, 0);
	else
		emit_alu_imm(&t->emit, op, EMIT_A, k);
	return true;
}

static int translate_calculation(struct translation *t, __u32 i)
{
	const struct filter_insn *insn = &t->program->insn[i];
	__u8 op = BPF_OP(insn->code);

	if (op == BPF_NEG)
		emit_alu_imm(&t->emit, BPF_NEG, EMIT_A, 0);
	else if (BPF_SRC(insn->code) == BPF_X)
		calculate_by_x(t, op);
	else if (!calculate_by_number(t, op, insn->k))
		return 0;
	return translation_reach(t, i + 1, t->known[i]);
}

/* --- jumps --- */

/* The opposite of a comparison, 0: there is none. */
static __u8 opposite(__u8 op)
{
	return op == BPF_JEQ ? BPF_JNE : op == BPF_JGT ? BPF_JLE : op == BPF_JGE ? BPF_JLT : 0;
}

static void compare(struct translation *t, const struct filter_insn *insn, __u8 op, __u32 to)
{
	if (BPF_SRC(insn->code) == BPF_X)
		emit_branch_reg(&t->emit, op, EMIT_A, EMIT_X, to);
	else
		emit_branch(&t->emit, op, EMIT_A, insn->k, to);
}

static int translate_comparison(struct translation *t, __u32 i)
{
	const struct filter_insn *insn = &t->program->insn[i];
	__u8 op = BPF_OP(insn->code);
	__u32 yes = i + 1 + insn->jt, no = i + 1 + insn->jf;
	int err = translation_reach(t, yes, t->known[i]);

	if (!err)
		err = translation_reach(t, no, t->known[i]);
	if (err)
		return err;
	if (yes == no) {
		go(t, i, yes);
	} else if (!insn->jt && opposite(op)) {
		compare(t, insn, opposite(op), no);
	} else {
		compare(t, insn, op, yes);
		go(t, i, no);
	}
	return 0;
}

static int translate_jump(struct translation *t, __u32 i)
{
	__u32 k = t->program->insn[i].k;

	if (k > TRANSLATION_OFFSET_MAX) {
		t->why = "it has a loop (protochain), which the kernel does not take";
		return -EOPNOTSUPP;
	}
	go(t, i, (__u64)i + 1 + k);
	return translation_reach(t, (__u64)i + 1 + k, t->known[i]);
}

/* --- all instructions --- */

static int translate_return(struct translation *t, const struct filter_insn *insn)
{
	if (BPF_RVAL(insn->code) == BPF_A)
		emit_move(&t->emit, EMIT_0, EMIT_A);
	else
		emit_move_imm(&t->emit, EMIT_0, insn->k != 0);
	emit_exit(&t->emit);
	return 0;
}

static int translate_move(struct translation *t, __u32 i)
{
	if (BPF_MISCOP(t->program->insn[i].code) == BPF_TAX)
		emit_move(&t->emit, EMIT_X, EMIT_A);
	else
		emit_move(&t->emit, EMIT_A, EMIT_X);
	return translation_reach(t, i + 1, t->known[i]);
}

/* All that there are. */
static bool is_known(__u16 code)
{
	switch (code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
	case BPF_LD | BPF_W | BPF_IND:
	case BPF_LD | BPF_H | BPF_IND:
	case BPF_LD | BPF_B | BPF_IND:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_B | BPF_MSH:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
	case BPF_JMP | BPF_JA:
	case BPF_ALU | BPF_NEG:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
		return true;
	}
	if (code & ~(BPF_OP(code) | BPF_X | BPF_CLASS(code)))
		return false;
	if (BPF_CLASS(code) == BPF_JMP)
		return BPF_OP(code) && BPF_OP(code) <= BPF_JSET;
	return BPF_CLASS(code) == BPF_ALU && BPF_OP(code) != BPF_NEG && BPF_OP(code) <= BPF_XOR;
}

static int translate_one(struct translation *t, __u32 i)
{
	const struct filter_insn *insn = &t->program->insn[i];

	if (!is_known(insn->code)) {
		t->why = "libpcap's program has an unknown instruction";
		return -EINVAL;
	}
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return translate_load(t, i, EMIT_A);
	case BPF_LDX:
		return translate_load(t, i, EMIT_X);
	case BPF_ST:
		return translate_store(t, i, EMIT_A);
	case BPF_STX:
		return translate_store(t, i, EMIT_X);
	case BPF_ALU:
		return translate_calculation(t, i);
	case BPF_JMP:
		return BPF_OP(insn->code) == BPF_JA ? translate_jump(t, i)
						    : translate_comparison(t, i);
	case BPF_RET:
		return translate_return(t, insn);
	default: /* BPF_MISC */
		return translate_move(t, i);
	}
}

/* Scratch memory that is read before it is written is 0. */
static void begin(struct translation *t)
{
	const struct filter_program *program = t->program;
	struct emit *e = &t->emit;

	for (__u32 i = 0; i < program->count; i++)
		if (BPF_CLASS(program->insn[i].code) <= BPF_LDX &&
		    BPF_MODE(program->insn[i].code) == BPF_MEM && program->insn[i].k < BPF_MEMWORDS)
			t->used[program->insn[i].k] = true;
	emit_branch64(e, BPF_JEQ, EMIT_2, 0, program->count);
	emit_move64(e, EMIT_CONTEXT, EMIT_1);
	emit_move64(e, EMIT_PREFIX, EMIT_2);
	emit_move_imm(e, EMIT_A, 0);
	emit_move_imm(e, EMIT_X, 0);
	for (int word = 0; word < BPF_MEMWORDS; word++)
		if (t->used[word])
			emit_store(e, EMIT_SCRATCH(word), EMIT_A);
}

static int translate(struct translation *t)
{
	const struct filter_program *program = t->program;
	int err = 0;

	begin(t);
	for (__u32 i = 0; i < program->count && !err; i++) {
		emit_label(&t->emit, i);
		if (t->known[i] != TRANSLATION_UNREACHED)
			err = translate_one(t, i);
	}
	emit_label(&t->emit, program->count);
	emit_move_imm(&t->emit, EMIT_0, 0);
	emit_exit(&t->emit);
	if (!err && emit_end(&t->emit)) {
		t->why = "it is too long for the kernel";
		err = -E2BIG;
	}
	return err;
}

int filter_translate(struct filter_code *code, const struct filter_program *program, __s32 load,
		     char why[FILTER_WHY_MAX])
{
	struct translation t = { .program = program, .load = load, .why = "out of memory" };
	int err = -ENOMEM;

	*code = (struct filter_code){ 0 };
	t.known = calloc(program->count + 1, sizeof(*t.known));
	if (t.known && !emit_begin(&t.emit, FILTER_CODE_MAX, program->count + 1)) {
		for (__u32 i = 0; i < program->count; i++)
			t.known[i] = TRANSLATION_UNREACHED;
		err = translation_reach(&t, 0, 0);
		err = err ? err : translate(&t);
	}
	free(t.known);
	if (!err) {
		code->insn = emit_take(&t.emit, &code->count);
	} else {
		snprintf(why, FILTER_WHY_MAX, "%s", t.why);
	}
	emit_free(&t.emit);
	return err;
}

void filter_code_free(struct filter_code *code)
{
	free(code->insn);
	*code = (struct filter_code){ 0 };
}
