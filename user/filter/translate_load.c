/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loads begin with a comparison with the packet's length; a packet that is too short is rejected.
 * What is in the prefix is read there, the rest is loaded from the packet, where a VLAN tag beside
 * it makes offsets smaller. Sums of X and an offset have 64 bits, so that they cannot become small
 * by overflow.
 */
#include "filter/translate_load.h"

#include <stddef.h>

#include <hdrtap/state/prefix.h>

#define TYPE_AT ((__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)) /* what `inbound` and `outbound` load */

#define LENGTH offsetof(struct hdrtap_prefix, length)
#define BESIDE offsetof(struct hdrtap_prefix, beside)
#define TYPE   offsetof(struct hdrtap_prefix, type)

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

	if (offset > TRANSLATION_OFFSET_MAX - 4) {
		translation_reject(t);
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

	if (insn->k > TRANSLATION_OFFSET_MAX) {
		translation_reject(t);
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
		err = translation_word(t, insn->k);
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

int translate_load(struct translation *t, __u32 i, int to)
{
	__u32 bytes = t->known[i];
	int goes_on = load(t, i, to, &bytes);

	return goes_on > 0 ? translation_reach(t, i + 1, bytes) : goes_on;
}
