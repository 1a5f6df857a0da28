/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Instructions of the kernel (eBPF), written one behind the other. Jumps go to labels, which are
 * numbers that the caller gives to places, before or after the jumps.
 */
#ifndef HDRTAP_USER_EMIT_H
#define HDRTAP_USER_EMIT_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stdbool.h>

/* Registers. Calls leave those from EMIT_CONTEXT on alone. */
enum {
	EMIT_0,
	EMIT_1,
	EMIT_2,
	EMIT_3,
	EMIT_4,
	EMIT_CONTEXT = BPF_REG_6,
	EMIT_PREFIX = BPF_REG_7,
	EMIT_A = BPF_REG_8,
	EMIT_X = BPF_REG_9,
	EMIT_STACK = BPF_REG_10,
};

/* Offsets on the stack. */
#define EMIT_SCRATCH(word) (-4 * ((int)(word) + 1))
#define EMIT_LOADED        EMIT_SCRATCH(BPF_MEMWORDS)

struct emit {
	struct bpf_insn *insn;
	__u32 *target; /* per instruction: its label + 1, 0: it is no jump to one */
	__u32 count, room;
	__u32 *label; /* places of labels */
	bool full;    /* more instructions were written than there is room for */
};

/* There is room for `room` instructions; labels are less than `labels`. Returns 0 or -ENOMEM. */
int emit_begin(struct emit *emit, __u32 room, __u32 labels);

/* All is written: jumps get where they go. Returns 0 or -E2BIG. */
int emit_end(struct emit *emit);

/* The instructions, which are the caller's now. */
struct bpf_insn *emit_take(struct emit *emit, __u32 *count);
void emit_free(struct emit *emit);

/* Moves and arithmetic of 32 bits, which leave 0 in the others; `op`: BPF_ADD and so on. */
void emit_move(struct emit *emit, int to, int from);
void emit_move_imm(struct emit *emit, int to, __u32 value);
void emit_alu(struct emit *emit, __u8 op, int to, int from);
void emit_alu_imm(struct emit *emit, __u8 op, int to, __u32 value);

/* Of 64 bits; values are signed. */
void emit_move64(struct emit *emit, int to, int from);
void emit_alu64(struct emit *emit, __u8 op, int to, int from);
void emit_alu64_imm(struct emit *emit, __u8 op, int to, __s32 value);

/* `size`: BPF_W, BPF_H or BPF_B. */
void emit_load(struct emit *emit, __u16 size, int to, int base, int offset);
void emit_swap(struct emit *emit, __u16 size, int reg);   /* from the order of the network */
void emit_store(struct emit *emit, int offset, int from); /* four bytes, on the stack */

/* Jumps to labels, if `reg op other`; `op`: BPF_JEQ and so on. */
void emit_branch(struct emit *emit, __u8 op, int reg, __u32 value, __u32 label);
void emit_branch_reg(struct emit *emit, __u8 op, int reg, int other, __u32 label);
void emit_branch64(struct emit *emit, __u8 op, int reg, __s32 value, __u32 label);
void emit_branch64_reg(struct emit *emit, __u8 op, int reg, int other, __u32 label);
void emit_jump(struct emit *emit, __u32 label);
void emit_label(struct emit *emit, __u32 label); /* it is here */

/* Jumps to emit_here(), which gets what they return. */
__u32 emit_ahead(struct emit *emit);
__u32 emit_ahead32(struct emit *emit, __u8 op, int reg, __u32 value);
__u32 emit_ahead64(struct emit *emit, __u8 op, int reg, __s32 value);
void emit_here(struct emit *emit, __u32 jump);

void emit_call(struct emit *emit, __s32 helper);
void emit_exit(struct emit *emit);

#endif
