/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Sets of the flow table, and one CPU's working space: the kernel's stack is too small for it.
 */
#ifndef HDRTAP_WORK_H
#define HDRTAP_WORK_H

#include <hdrtap/state/flow.h>
#include <hdrtap/state/pools.h>

/* One set of the flow table: what is needed to find a connection in it, in one cache line. */
struct hdrtap_set {
	__u32 lock; /* taken to put a connection in */
	__u32 unused[3];
	__u32 tag[HDRTAP_WAYS]; /* part of the hash, not 0; 0: free */
	__u16 age[HDRTAP_WAYS]; /* when it last carried payload, hdrtap_age() */
};
HDRTAP_STATIC_ASSERT(sizeof(struct hdrtap_set) == 64, "a cache line");

/* What a CPU works with. Every CPU has two: one for packets, one for the sweep, which a packet may
 * interrupt. */
enum {
	HDRTAP_WORK_PACKETS,
	HDRTAP_WORK_SWEEP,
	HDRTAP_WORK_MAX
};

struct hdrtap_work {
	__u32 in_use;                       /* 1: an interrupted program is using it */
	__u32 spare;                        /* number of its slot in the pool */
	struct hdrtap_origin origin;        /* of the source that is being read */
	struct hdrtap_packet packet;        /* likewise */
	struct hdrtap_origin waited_origin; /* of the packet while it waits for held segments */
	struct hdrtap_packet waited;        /* likewise */
	struct hdrtap_flow_key key;         /* of the packet's connection */
	__u64 place;                        /* of the packet, hdrtap_place_of() */
	__u64 hash;                         /* of key */
	__u32 flow;                         /* number of the connection that is held */
	__u32 which;                        /* its stream that is being read */
	__u32 slot;                         /* number of the slot that its head is read in */
	__u32 early;     /* source: number of an early segment + 1; 0: the packet itself */
	__u32 opened;    /* offset in the payload where reading the source began */
	__u32 next;      /* offset in the payload of the first byte behind the window */
	__u32 available; /* bytes of payload that can be loaded */
	__u32 parsed;    /* bytes loaded for this packet */
	__u32 heads;     /* heads ended in this packet */
	__u8 open;       /* 1: a source is being read */
	__u8 waiting;    /* 1: the packet waits until held segments before it are read */
	__u8 aside;      /* 1: it waits until those of the other stream are read */
	__u8 in_head;    /* 1: the slot holds a head, or PROXY header, in progress */
	__u8 touched;    /* 1: bytes of a head were read */
	__u8 body;       /* 1: bytes of a body were passed over */
	__u8 over_budget;
	__u8 failed;    /* 1: payload could not be loaded */
	__u8 resumed;   /* 1: the source began inside a head */
	__u8 class;     /* enum hdrtap_counter: of the packet if nothing of a message is in it */
	__u8 direction; /* enum hdrtap_direction: of the packet, whatever source is being read */
	__u8 elsewhere; /* 1: its stream was last seen at another place */
	__u8 fresh;     /* 1: its SYN, FIN or RST was not seen before */
	__u8 unused[3];
	struct hdrtap_window window;
};

/* How many numbers a sweep is called with, see hdrtap_sweep(). */
HDRTAP_INLINE __u32 hdrtap_sweep_numbers(const struct hdrtap_config *config)
{
	return HDRTAP_EARLY_MAX * config->early + config->heads;
}

#endif
