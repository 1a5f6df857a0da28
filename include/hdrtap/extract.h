/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From one packet's TCP payload to its records: loads window after window, feeds the head parser,
 * emits a record per head, and steps over bodies to the next head as far as this packet goes.
 *
 * How a packet is read and where records go is the platform's: the includer defines the two
 * functions declared below.
 */
#ifndef HDRTAP_EXTRACT_H
#define HDRTAP_EXTRACT_H

#include <hdrtap/chunked.h>
#include <hdrtap/head.h>
#include <hdrtap/packet.h>

/* Copies 1 to HDRTAP_WINDOW_SIZE bytes from `offset` in the packet. Returns 0 or -errno. */
static int hdrtap_platform_load(void *packet, __u32 offset, void *to, __u32 length);

/* Puts a record out. Returns 0 or -errno: -ENOSPC no room, -ENOENT no buffer on this CPU. */
static int hdrtap_platform_emit(void *packet, const void *rec);

#define HDRTAP_HEADS_MAX  64    /* heads read from one packet */
#define HDRTAP_CHUNKS_MAX 512   /* chunk sizes of one body in one packet */
#define HDRTAP_PARSED_MAX 65536 /* bytes of one packet loaded */
#define HDRTAP_STEPS_MAX  8192  /* parser steps per packet: bounds what bpf_loop may do */

/* What a packet is to the extractor, beside its TCP payload. */
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

/* One CPU's working space: the kernel's stack is too small for it. */
struct hdrtap_work {
	__u32 in_use;   /* 1: an interrupted program is using it */
	__u32 next;     /* offset in the payload of the first byte behind the window */
	__u64 sequence; /* of the next record */
	struct hdrtap_origin origin;
	__u32 available; /* bytes of payload that can be loaded */
	__u32 parsed;    /* bytes of it that were loaded */
	__u32 heads;     /* found so far in this packet */
	__u8 in_head;    /* 1: a head was begun and not ended */
	__u8 in_chunked; /* 1: in a chunked body */
	__u8 loaded;     /* 1: the window holds bytes that were not parsed */
	__u8 over_budget;
	__u8 failed; /* 1: the payload could not be loaded */
	__u8 unused[7];
	struct hdrtap_chunked chunked;
	struct hdrtap_head head;
	struct hdrtap_window window;
};

/* One packet's way through the parser. */
struct hdrtap_walk {
	void *platform; /* passed to the platform's functions */
	struct hdrtap_work *work;
	struct hdrtap_counters *counters;
	const struct hdrtap_elements *set;
	const struct hdrtap_packet *packet;
};

enum {
	HDRTAP_WALK_ON,
	HDRTAP_WALK_END
};

HDRTAP_INLINE void hdrtap_count(struct hdrtap_counters *counters, enum hdrtap_counter counter)
{
	counters->count[counter]++;
}

/* Counts what is notable about a head that was put out. */
HDRTAP_INLINE void hdrtap_count_emitted(struct hdrtap_counters *counters,
					const struct hdrtap_record *rec)
{
	hdrtap_count(counters, HDRTAP_COUNTER_EMITTED);
	hdrtap_count(counters, rec->kind == HDRTAP_KIND_REQUEST ? HDRTAP_COUNTER_REQUESTS
								: HDRTAP_COUNTER_RESPONSES);
	if (!(rec->flags &
	      (HDRTAP_FLAGS_MALFORMED | HDRTAP_FLAG(INCOMPLETE) | HDRTAP_FLAG(TRUNCATED))))
		return;
	if (rec->flags & HDRTAP_FLAG(INCOMPLETE))
		hdrtap_count(counters, HDRTAP_COUNTER_INCOMPLETE);
	if (rec->flags & HDRTAP_FLAG(TRUNCATED))
		hdrtap_count(counters, HDRTAP_COUNTER_TRUNCATED_VALUES);
	if (rec->flags & HDRTAP_FLAGS_MALFORMED)
		hdrtap_count(counters, HDRTAP_COUNTER_MALFORMED_HEADS);
	if (rec->flags & HDRTAP_FLAG(SMUGGLING))
		hdrtap_count(counters, HDRTAP_COUNTER_SMUGGLING);
}

/* Writes where the head was seen into its record. `end`: offset in the payload of the byte behind
 * the head. */
HDRTAP_INLINE void hdrtap_record_place(struct hdrtap_walk *walk, struct hdrtap_record *rec,
				       __u32 end)
{
	const struct hdrtap_packet *packet = walk->packet;
	const struct hdrtap_origin *origin = &walk->work->origin;

	rec->time = origin->time;
	rec->flags |= origin->flags;
	rec->ifindex = origin->ifindex;
	rec->cpu = origin->cpu;
	rec->direction = origin->direction;
	rec->hook = origin->hook;
	rec->source_port = packet->source_port;
	rec->destination_port = packet->destination_port;
	rec->tcp_sequence = packet->tcp_sequence + end - rec->head_length;
	rec->vlan[0] = packet->vlan[0];
	rec->vlan[1] = packet->vlan[1];
	rec->vlan_count = packet->vlan_count;
	__builtin_memcpy(rec->source, packet->source, sizeof(rec->source));
	__builtin_memcpy(rec->destination, packet->destination, sizeof(rec->destination));
}

/* The head is finished: counts it, and puts its record out if it is wanted. */
HDRTAP_INLINE void hdrtap_walk_emit(struct hdrtap_walk *walk, __u32 end)
{
	struct hdrtap_record *rec = &walk->work->head.rec;
	int error;

	walk->work->in_head = 0;
	walk->work->heads++;
	hdrtap_count(walk->counters, HDRTAP_COUNTER_HEADS);
	if (!(walk->set->kinds & 1u << (rec->kind & 3))) {
		hdrtap_count(walk->counters, HDRTAP_COUNTER_FILTERED);
		return;
	}
	hdrtap_record_place(walk, rec, end);
	rec->sequence = walk->work->sequence++;
	error = hdrtap_platform_emit(walk->platform, rec);
	if (!error)
		hdrtap_count_emitted(walk->counters, rec);
	else if (error == -28) /* ENOSPC */
		hdrtap_count(walk->counters, HDRTAP_COUNTER_LOST_SPACE);
	else if (error == -2) /* ENOENT */
		hdrtap_count(walk->counters, HDRTAP_COUNTER_LOST_RING);
	else
		hdrtap_count(walk->counters, HDRTAP_COUNTER_LOST_OTHER);
}

/* No more payload for the head in progress. */
HDRTAP_INLINE int hdrtap_walk_cut_off(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	if (!work->in_head)
		return HDRTAP_WALK_END;
	if (work->over_budget)
		work->head.rec.flags |= HDRTAP_FLAG(OVER_BUDGET);
	if (hdrtap_head_cut_off(&work->head, &work->window, walk->set) == HDRTAP_DONE)
		hdrtap_walk_emit(walk, work->next);
	work->in_head = 0;
	return HDRTAP_WALK_END;
}

/* More would have to be done than may be done for one packet. */
HDRTAP_INLINE int hdrtap_walk_over_budget(struct hdrtap_walk *walk)
{
	walk->work->over_budget = 1;
	return hdrtap_walk_cut_off(walk);
}

/* Loads the next window; the head in progress, if any, goes on in it. */
HDRTAP_INLINE int hdrtap_walk_load(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;
	__u32 length = work->available - work->next;

	if (length > HDRTAP_WINDOW_SIZE)
		length = HDRTAP_WINDOW_SIZE;
	length--; /* a mask shows the verifier the bounds, but only of a range from 0 */
	HDRTAP_MASK(length, HDRTAP_WINDOW_SIZE - 1);
	length++;
	if (hdrtap_platform_load(walk->platform, walk->packet->payload + work->next,
				 work->window.bytes + HDRTAP_WINDOW_START, length)) {
		work->failed = 1;
		return HDRTAP_WALK_END;
	}
	if (work->in_head)
		hdrtap_window_refill(&work->head, &work->window, length);
	else
		hdrtap_window_ready(&work->window, length);
	work->next += length;
	work->parsed += length;
	work->loaded = 1;
	return HDRTAP_WALK_ON;
}

/* Passes over `size` bytes behind the window's position. END: they are not all in this packet. */
HDRTAP_INLINE int hdrtap_walk_skip(struct hdrtap_walk *walk, __u64 size)
{
	struct hdrtap_work *work = walk->work;
	__u64 in_window = work->window.end - work->window.position;

	if (size >= in_window + (work->available - work->next))
		return HDRTAP_WALK_END;
	if (size < in_window) {
		work->window.position += size;
	} else {
		work->next += size - in_window;
		work->loaded = 0;
	}
	return HDRTAP_WALK_ON;
}

/* After a head: moves to where the next one begins, if that is in this packet and can be known. */
HDRTAP_INLINE int hdrtap_walk_body(struct hdrtap_walk *walk)
{
	const struct hdrtap_record *rec = &walk->work->head.rec;

	if (rec->framing == HDRTAP_FRAMING_CHUNKED) {
		__builtin_memset(&walk->work->chunked, 0, sizeof(walk->work->chunked));
		walk->work->in_chunked = 1;
		return HDRTAP_WALK_ON;
	}
	if (rec->framing != HDRTAP_FRAMING_NONE && rec->framing != HDRTAP_FRAMING_LENGTH)
		return HDRTAP_WALK_END;
	return hdrtap_walk_skip(walk, rec->body_size);
}

/* A head ended. */
HDRTAP_INLINE int hdrtap_walk_done(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	hdrtap_walk_emit(walk, work->next - (work->window.end - work->window.position));
	if (hdrtap_walk_body(walk) == HDRTAP_WALK_END)
		return HDRTAP_WALK_END;
	if (work->heads >= HDRTAP_HEADS_MAX)
		return hdrtap_walk_over_budget(walk);
	return HDRTAP_WALK_ON;
}

/* A step inside a chunked body. */
HDRTAP_INLINE int hdrtap_walk_chunked(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;
	__u64 left;

	switch (hdrtap_chunked_step(&work->chunked, &work->window)) {
	case HDRTAP_DONE:
		work->in_chunked = 0;
		return HDRTAP_WALK_ON;
	case HDRTAP_AGAIN:
		if (work->chunked.chunks > HDRTAP_CHUNKS_MAX)
			return hdrtap_walk_over_budget(walk);
		return HDRTAP_WALK_ON;
	case HDRTAP_MORE:
		work->loaded = 0;
		if (work->chunked.phase != HDRTAP_CHUNK_DATA)
			return HDRTAP_WALK_ON;
		left = work->chunked.left;
		work->chunked.left = 0;
		work->chunked.phase = HDRTAP_CHUNK_END;
		return hdrtap_walk_skip(walk, left);
	}
	return HDRTAP_WALK_END;
}

/* A step inside a head, or at the start of one. */
HDRTAP_INLINE int hdrtap_walk_head(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	if (!work->in_head) {
		hdrtap_head_begin(&work->head, &work->window, walk->set);
		work->in_head = 1;
	}
	switch (hdrtap_head_step(&work->head, &work->window, walk->set)) {
	case HDRTAP_DONE:
		return hdrtap_walk_done(walk);
	case HDRTAP_MORE:
		work->loaded = 0;
		return HDRTAP_WALK_ON;
	case HDRTAP_AGAIN:
		return HDRTAP_WALK_ON;
	}
	work->in_head = 0;
	return HDRTAP_WALK_END;
}

/* One step: a window is loaded when there is none, then a little of what is in it is parsed. */
HDRTAP_INLINE int hdrtap_walk_step(struct hdrtap_walk *walk)
{
	struct hdrtap_work *work = walk->work;

	if (!work->loaded) {
		if (work->next >= work->available)
			return hdrtap_walk_cut_off(walk);
		if (work->parsed >= HDRTAP_PARSED_MAX)
			return hdrtap_walk_over_budget(walk);
		if (hdrtap_walk_load(walk) == HDRTAP_WALK_END)
			return hdrtap_walk_cut_off(walk);
	}
	return work->in_chunked ? hdrtap_walk_chunked(walk) : hdrtap_walk_head(walk);
}

/* Makes the walk ready. */
HDRTAP_INLINE void hdrtap_walk_begin(struct hdrtap_walk *walk)
{
	__u32 payload = walk->packet->payload, length = walk->packet->payload_length;
	struct hdrtap_work *work = walk->work;
	__u32 captured = work->origin.captured > payload ? work->origin.captured - payload : 0;

	work->next = 0;
	work->available = captured < length ? captured : length;
	work->parsed = 0;
	work->heads = 0;
	work->in_head = 0;
	work->in_chunked = 0;
	work->loaded = 0;
	work->over_budget = 0;
	work->failed = 0;
}

/* The packet's one outcome, after the walk. A head still in progress ran out of steps. */
HDRTAP_INLINE enum hdrtap_counter hdrtap_walk_outcome(struct hdrtap_walk *walk)
{
	if (walk->work->in_head)
		hdrtap_walk_over_budget(walk);
	if (walk->work->over_budget)
		hdrtap_count(walk->counters, HDRTAP_COUNTER_OVER_BUDGET);
	if (walk->work->heads)
		return HDRTAP_COUNTER_HEAD;
	return walk->work->failed ? HDRTAP_COUNTER_LOAD_FAILED : HDRTAP_COUNTER_NOT_HTTP;
}

/*
 * Payload that can't begin a head, by its first bytes in the low bytes of `word`:
 * HDRTAP_COUNTER_TLS, _HTTP2 or _NOT_HTTP. HDRTAP_COUNTER_HEAD: look at it.
 */
HDRTAP_INLINE enum hdrtap_counter hdrtap_classify(__u64 word)
{
	/* handshake record, version 3.x, ClientHello in the first byte of its content (RFC 8446
	 * sections 4, 5.1) */
	if ((word & 0xffff) == 0x0316 && (word >> 40 & 0xff) == 1)
		return HDRTAP_COUNTER_TLS;
	if (word == 0x5448202a20495250ULL) /* "PRI * HT" RFC 9113 section 3.4 */
		return HDRTAP_COUNTER_HTTP2;
	return hdrtap_may_begin(word) ? HDRTAP_COUNTER_HEAD : HDRTAP_COUNTER_NOT_HTTP;
}

#endif
