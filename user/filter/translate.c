/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every classic instruction becomes a few new ones, in the same order. Two things are known of each
 * before it is translated, as jumps only go forward: whether it is reached at all (the kernel takes
 * no instructions that are not), and how many bytes the packet has at least when it is, from loads
 * on all ways to it, so that not every load has to compare again.
 *
 * Registers: the context, the prefix, A and X are in those that calls leave alone. The scratch
 * memory M[] and four bytes that are loaded from behind the prefix are on the stack. Loads begin
 * with a comparison with the packet's length; a packet that is too short is rejected. Sums of X and
 * an offset have 64 bits, so that they cannot become small by overflow.
 */
#include "filter/translate.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <hdrtap/state/prefix.h>

#include "filter/emit.h"

#define UNREACHED 0xffffffffU /* as a number of bytes that a packet has */
#define OFFSET_MAX 0x7fffffffU /* no packet is as long */
#define TYPE_AT ((__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)) /* what `inbound` and `outbound` load */

#define LENGTH offsetof(struct hdrtap_prefix, length)
#define BESIDE offsetof(struct hdrtap_prefix, beside)
#define TYPE   offsetof(struct hdrtap_prefix, type)

struct translation {
	const struct filter_program *program;
	struct emit emit;
	__s32 load;
	__u32 *known; /* per instruction: bytes that packets have, UNREACHED: it is not */
	bool used[BPF_MEMWORDS];
	const char *why;
};

/* --- how instructions follow each other --- */

/* Instruction `to` is reached by packets of at least `bytes`. */
static int reach(struct translation *t, __u64 to, __u32 bytes)
{
	if (to >= t->program->count) {
		t->why = "libpcap's program has no end";
		return -EINVAL;
	}
	if (bytes < t->known[to])
		t->known[to] = bytes;
	return 0;
}

/* A packet that gets here does not pass. */
static void reject(struct translation *t)
{
	emit_jump(&t->emit, t->program->count);
}

/* Goes on from instruction `i` at another. */
static void go(struct translation *t, __u32 i, __u64 to)
{
	if (to != i + 1ULL && to < t->program->count)
		emit_jump(&t->emit, to);
}

/* --- loads --- */

static __u32 size_of(__u16 code)
{
	return BPF_SIZE(code) == BPF_W ? 4 : BPF_SIZE(code) == BPF_H ? 2 : 1;
}

/* Rejects packets that have fewer bytes. */
static void need_bytes(struct translation *t, __u32 bytes)
{
	emit_load(&t->emit, BPF_W, EMIT_0, EMIT_PREFIX, LENGTH);
	emit_branch(&t->emit, BPF_JLT, EMIT_0, bytes, t->program->count);
}

/* Loads from behind the prefix; argument 2 has the offset on the wire. */
static void load_behind(struct translation *t, __u16 size, int to)
{
	struct emit *e = &t->emit;

	emit_load(e, BPF_W, EMIT_0, EMIT_PREFIX, BESIDE);
	emit_alu64(e, BPF_SUB, EMIT_2, EMIT_0);
	emit_move64(e, EMIT_1, EMIT_CONTEXT);
	emit_move64(e, EMIT_3, EMIT_STACK);
	emit_alu64_imm(e, BPF_ADD, EMIT_3, EMIT_LOADED);
	emit_move_imm(e, EMIT_4, size_of(size));
	emit_call(e, t->load);
	emit_branch64(e, BPF_JNE, EMIT_0, 0, t->program->count);
	emit_load(e, size, to, EMIT_STACK, EMIT_LOADED);
	emit_swap(e, size, to);
}

/* At a constant offset. Returns whether packets get behind it. */
static bool load_absolute(struct translation *t, __u32 i, __u16 size, int to)
{
	__u32 offset = t->program->insn[i].k, end;

	if (offset > OFFSET_MAX - 4) {
		reject(t);
		return false;
	}
	end = offset + size_of(size);
	if (t->known[i] < end)
		need_bytes(t, end);
	if (end <= HDRTAP_PREFIX) {
		emit_load(&t->emit, size, to, EMIT_PREFIX, offset);
		emit_swap(&t->emit, size, to);
	} else {
		emit_move_imm(&t->emit, EMIT_2, offset);
		load_behind(t, size, to);
	}
	return true;
}

/* At an offset from X. The mask is for the verifier alone. */
static bool load_indirect(struct translation *t, __u32 i)
{
	const struct filter_insn *insn = &t->program->insn[i];
	__u16 size = BPF_SIZE(insn->code);
	struct emit *e = &t->emit;
	__u32 behind, done;

	if (insn->k > OFFSET_MAX) {
		reject(t);
		return false;
	}
	emit_move(e, EMIT_2, EMIT_X);
	emit_alu64_imm(e, BPF_ADD, EMIT_2, insn->k);
	emit_move64(e, EMIT_1, EMIT_2);
	emit_alu64_imm(e, BPF_ADD, EMIT_1, size_of(size));
	emit_load(e, BPF_W, EMIT_0, EMIT_PREFIX, LENGTH);
	emit_branch64_reg(e, BPF_JGT, EMIT_1, EMIT_0, t->program->count);
	behind = emit_ahead64(e, BPF_JGT, EMIT_1, HDRTAP_PREFIX);
	emit_alu64_imm(e, BPF_AND, EMIT_2, HDRTAP_PREFIX - 1);
	emit_alu64(e, BPF_ADD, EMIT_2, EMIT_PREFIX);
	emit_load(e, size, EMIT_A, EMIT_2, 0);
	emit_swap(e, size, EMIT_A);
	done = emit_ahead(e);
	emit_here(e, behind);
	load_behind(t, size, EMIT_A);
	emit_here(e, done);
	return true;
}

/* The length of an IPv4 header, from its first byte. */
static bool load_header_length(struct translation *t, __u32 i)
{
	if (!load_absolute(t, i, BPF_B, EMIT_X))
		return false;
	emit_alu_imm(&t->emit, BPF_AND, EMIT_X, 0xf);
	emit_alu_imm(&t->emit, BPF_LSH, EMIT_X, 2);
	return true;
}

static int scratch(struct translation *t, __u32 word)
{
	if (word >= BPF_MEMWORDS) {
		t->why = "libpcap's program uses memory that there is not";
		return -EINVAL;
	}
	return 0;
}

/* What packets have behind a load: known bytes in `*bytes`. Returns 1 when they get there. */
static int load(struct translation *t, __u32 i, int to, __u32 *bytes)
{
	const struct filter_insn *insn = &t->program->insn[i];
	__u32 end = insn->k + size_of(insn->code);
	int err;

	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		emit_move_imm(&t->emit, to, insn->k);
		return 1;
	case BPF_LEN:
		emit_load(&t->emit, BPF_W, to, EMIT_PREFIX, LENGTH);
		return 1;
	case BPF_MEM:
		err = scratch(t, insn->k);
		if (!err)
			emit_load(&t->emit, BPF_W, to, EMIT_STACK, EMIT_SCRATCH(insn->k));
		return err ? err : 1;
	case BPF_ABS:
		if (insn->k == TYPE_AT) {
			emit_load(&t->emit, BPF_W, to, EMIT_PREFIX, TYPE);
			return 1;
		}
		*bytes = end > *bytes ? end : *bytes;
		return load_absolute(t, i, BPF_SIZE(insn->code), to);
	case BPF_IND:
		return load_indirect(t, i);
	default: /* BPF_MSH */
		*bytes = end > *bytes ? end : *bytes;
		return load_header_length(t, i);
	}
}

static int translate_load(struct translation *t, __u32 i, int to)
{
	__u32 bytes = t->known[i];
	int goes_on = load(t, i, to, &bytes);

	return goes_on > 0 ? reach(t, i + 1, bytes) : goes_on;
}

static int translate_store(struct translation *t, __u32 i, int from)
{
	__u32 word = t->program->insn[i].k;
	int err = scratch(t, word);

	if (err)
		return err;
	emit_store(&t->emit, EMIT_SCRATCH(word), from);
	return reach(t, i + 1, t->known[i]);
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
		reject(t);
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
	return reach(t, i + 1, t->known[i]);
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
	int err = reach(t, yes, t->known[i]);

	if (!err)
		err = reach(t, no, t->known[i]);
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

	if (k > OFFSET_MAX) {
		t->why = "it has a loop (protochain), which the kernel does not take";
		return -EOPNOTSUPP;
	}
	go(t, i, (__u64)i + 1 + k);
	return reach(t, (__u64)i + 1 + k, t->known[i]);
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
	return reach(t, i + 1, t->known[i]);
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
		    BPF_MODE(program->insn[i].code) == BPF_MEM &&
		    program->insn[i].k < BPF_MEMWORDS)
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
		if (t->known[i] != UNREACHED)
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
	t.known = calloc(program->count, sizeof(*t.known));
	if (t.known && !emit_begin(&t.emit, FILTER_CODE_MAX, program->count + 1)) {
		for (__u32 i = 1; i < program->count; i++)
			t.known[i] = UNREACHED;
		err = translate(&t);
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
