/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Memory for what few connections need at a time: heads in progress, and segments that came before
 * the ones they follow.
 *
 * A slot holds one head. Each CPU has a spare one in which it reads heads; a head that a packet
 * does not finish keeps that slot for its stream, and the CPU takes another from the pool: no head
 * is ever copied. When none of the places looked at is free, the one that waited longest there is
 * abandoned.
 */
#ifndef HDRTAP_POOLS_H
#define HDRTAP_POOLS_H

#include <hdrtap/config.h>
#include <hdrtap/head/head.h>
#include <hdrtap/head/proxy.h>
#include <hdrtap/packet/packet.h>

#define HDRTAP_PROBES     8    /* places looked at in a pool */
#define HDRTAP_EARLY_SIZE 4096 /* bytes kept of an early segment, and of what is appended */

struct hdrtap_slot {
	__u32 used;        /* 1: a CPU's spare, or a stream's */
	__u32 flow;        /* whose: number in the flow table + 1; 0: a spare */
	__u64 begun;       /* ns: when the first byte of the head came */
	__u64 touched;     /* ns: when its last bytes came */
	__u8 stream;       /* of the flow */
	__u8 counted;      /* 1: counted as a head */
	__u8 acknowledges; /* 1: `acknowledged` is known */
	__u8 unused;
	__u32 acknowledged;        /* by the packet with the first byte of the head */
	struct hdrtap_proxy proxy; /* PROXY protocol header in progress */
	struct hdrtap_head head;
};

/* What a packet is to the extractor, beside what its headers say. */
struct hdrtap_origin {
	__u64 time;  /* ns */
	__u64 flags; /* HDRTAP_FLAG() bits of the packet */
	__u32 ifindex;
	__u32 captured; /* bytes of the packet that can be loaded */
	__u16 cpu;
	__u8 direction; /* enum hdrtap_direction */
	__u8 hook;      /* enum hdrtap_hook */
	__u32 unused;
};

#define HDRTAP_PIECES_MAX 8 /* segments in a held one whose times are known; power of two */

/* A segment in a held one. */
struct hdrtap_piece {
	__u64 time; /* ns: when it came */
	__u32 end;  /* offset of the byte behind it */
	__u32 unused;
};

struct hdrtap_early {
	__u32 used;
	__u32 flow;   /* whose: number in the flow table + 1 */
	__u32 stored; /* bytes kept */
	__u16 stream; /* of the flow */
	__u16 pieces; /* number of `piece` in use */
	struct hdrtap_piece piece[HDRTAP_PIECES_MAX];
	struct hdrtap_origin origin;
	struct hdrtap_packet packet;
	/* `stored` bytes, and so many more that a window can be copied from any of them */
	__u8 bytes[2 * HDRTAP_EARLY_SIZE + HDRTAP_WINDOW_SIZE];
};

#define HDRTAP_TRIES 512 /* for a word that another CPU holds */

/* Takes the word `owner` for `me` (not 0) if it is free. Returns whether it was. */
HDRTAP_INLINE int hdrtap_acquire_free(__u32 *owner, __u32 me)
{
	return !__sync_val_compare_and_swap(owner, 0, me);
}

/* In a function of its own the verifier counts the tries once. */
HDRTAP_GLOBAL int hdrtap_acquire_again(__u32 *owner, __u32 me)
{
	__u32 i;

	if (!owner)
		return 0;
	for (i = 0; i < HDRTAP_TRIES; i++)
		if (hdrtap_acquire_free(owner, me))
			return 1;
	return 0;
}

/* As hdrtap_acquire_free(), for a word that another CPU holds for a short time only. */
HDRTAP_INLINE int hdrtap_acquire(__u32 *owner, __u32 me)
{
	return hdrtap_acquire_free(owner, me) || hdrtap_acquire_again(owner, me);
}

/* What was written while it was held is seen by who takes it next. */
HDRTAP_INLINE void hdrtap_release(__u32 *owner)
{
	__sync_lock_test_and_set(owner, 0);
}

/* Gives a stream's slot back to the pool. */
HDRTAP_INLINE void hdrtap_slot_release(struct hdrtap_slot *slot)
{
	slot->flow = 0;
	hdrtap_release(&slot->used);
}

#endif
