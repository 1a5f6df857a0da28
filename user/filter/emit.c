/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "filter/emit.h"

#include <errno.h>
#include <stdlib.h>

int emit_begin(struct emit *emit, __u32 room, __u32 labels)
{
	*emit = (struct emit){ .room = room };
	emit->insn = calloc(room, sizeof(*emit->insn));
	emit->target = calloc(room, sizeof(*emit->target));
	emit->label = calloc(labels, sizeof(*emit->label));
	return emit->insn && emit->target && emit->label ? 0 : -ENOMEM;
}

int emit_end(struct emit *emit)
{
	if (emit->full)
		return -E2BIG;
	for (__u32 i = 0; i < emit->count; i++)
		if (emit->target[i])
			emit->insn[i].off = emit->label[emit->target[i] - 1] - i - 1;
	return 0;
}

struct bpf_insn *emit_take(struct emit *emit, __u32 *count)
{
	struct bpf_insn *insn = emit->insn;

	*count = emit->count;
	emit->insn = NULL;
	return insn;
}

void emit_free(struct emit *emit)
{
	free(emit->insn);
	free(emit->target);
	free(emit->label);
}

/* Returns the instruction's number. */
static __u32 put(struct emit *emit, struct bpf_insn insn)
{
	if (emit->count == emit->room) {
		emit->full = true;
		return 0;
	}
	emit->insn[emit->count] = insn;
	return emit->count++;
}

static void put_jump(struct emit *emit, struct bpf_insn insn, __u32 label)
{
	__u32 at = put(emit, insn);

	if (!emit->full)
		emit->target[at] = label + 1;
}

/* `code`: all of it but for where the second operand is. */
static struct bpf_insn with_reg(__u8 code, int to, int from)
{
	return (struct bpf_insn){ .code = code | BPF_X, .dst_reg = to, .src_reg = from };
}

static struct bpf_insn with_value(__u8 code, int to, __s32 value)
{
	return (struct bpf_insn){ .code = code | BPF_K, .dst_reg = to, .imm = value };
}

void emit_move(struct emit *emit, int to, int from)
{
	put(emit, with_reg(BPF_ALU | BPF_MOV, to, from));
}

void emit_move_imm(struct emit *emit, int to, __u32 value)
{
	put(emit, with_value(BPF_ALU | BPF_MOV, to, value));
}

void emit_alu(struct emit *emit, __u8 op, int to, int from)
{
	put(emit, with_reg(BPF_ALU | op, to, from));
}

void emit_alu_imm(struct emit *emit, __u8 op, int to, __u32 value)
{
	put(emit, with_value(BPF_ALU | op, to, value));
}

void emit_move64(struct emit *emit, int to, int from)
{
	put(emit, with_reg(BPF_ALU64 | BPF_MOV, to, from));
}

void emit_alu64(struct emit *emit, __u8 op, int to, int from)
{
	put(emit, with_reg(BPF_ALU64 | op, to, from));
}

void emit_alu64_imm(struct emit *emit, __u8 op, int to, __s32 value)
{
	put(emit, with_value(BPF_ALU64 | op, to, value));
}

void emit_load(struct emit *emit, __u16 size, int to, int base, int offset)
{
	put(emit, (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | size,
				     .dst_reg = to,
				     .src_reg = base,
				     .off = offset });
}

void emit_swap(struct emit *emit, __u16 size, int reg)
{
	if (size != BPF_B)
		put(emit, (struct bpf_insn){ .code = BPF_ALU | BPF_END | BPF_TO_BE,
					     .dst_reg = reg,
					     .imm = size == BPF_W ? 32 : 16 });
}

void emit_store(struct emit *emit, int offset, int from)
{
	put(emit, (struct bpf_insn){ .code = BPF_STX | BPF_MEM | BPF_W,
				     .dst_reg = EMIT_STACK,
				     .src_reg = from,
				     .off = offset });
}

void emit_branch(struct emit *emit, __u8 op, int reg, __u32 value, __u32 label)
{
	put_jump(emit, with_value(BPF_JMP32 | op, reg, value), label);
}

void emit_branch_reg(struct emit *emit, __u8 op, int reg, int other, __u32 label)
{
	put_jump(emit, with_reg(BPF_JMP32 | op, reg, other), label);
}

void emit_branch64(struct emit *emit, __u8 op, int reg, __s32 value, __u32 label)
{
	put_jump(emit, with_value(BPF_JMP | op, reg, value), label);
}

void emit_branch64_reg(struct emit *emit, __u8 op, int reg, int other, __u32 label)
{
	put_jump(emit, with_reg(BPF_JMP | op, reg, other), label);
}

void emit_jump(struct emit *emit, __u32 label)
{
	put_jump(emit, with_value(BPF_JMP | BPF_JA, 0, 0), label);
}

void emit_label(struct emit *emit, __u32 label)
{
	emit->label[label] = emit->count;
}

__u32 emit_ahead(struct emit *emit)
{
	return put(emit, with_value(BPF_JMP | BPF_JA, 0, 0));
}

__u32 emit_ahead32(struct emit *emit, __u8 op, int reg, __u32 value)
{
	return put(emit, with_value(BPF_JMP32 | op, reg, value));
}

__u32 emit_ahead64(struct emit *emit, __u8 op, int reg, __s32 value)
{
	return put(emit, with_value(BPF_JMP | op, reg, value));
}

void emit_here(struct emit *emit, __u32 jump)
{
	emit->insn[jump].off = emit->count - jump - 1;
}

void emit_call(struct emit *emit, __s32 helper)
{
	put(emit, with_value(BPF_JMP | BPF_CALL, 0, helper));
}

void emit_exit(struct emit *emit)
{
	put(emit, with_value(BPF_JMP | BPF_EXIT, 0, 0));
}
