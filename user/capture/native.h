/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The parser compiled for the host: the same headers as the kernel programs, fed with packets from
 * memory.
 */
#ifndef HDRTAP_USER_NATIVE_H
#define HDRTAP_USER_NATIVE_H

#include <stdbool.h>

#include <hdrtap/config.h>
#include <hdrtap/counters.h>
#include <hdrtap/record.h>
#include <hdrtap/settings.h>

struct native;

/* How a packet begins. */
enum native_link {
	NATIVE_ETHERNET, /* with an Ethernet header */
	NATIVE_NETWORK,  /* behind it: `protocol` says what it is */
};

struct native_packet {
	const __u8 *data;
	__u32 captured; /* bytes at data */
	__u32 length;   /* bytes on the wire, at least `captured` */
	__u64 time;     /* ns */
	bool no_time;   /* it is not known when it was, and its records say so. `time` is not used:
			   they have that of the last packet that had one, for the sake of order */
	enum native_link link;
	__u16 protocol; /* Ethertype in host order, with NATIVE_NETWORK; 0: IPv4 or IPv6 by its
			   first nibble */
	__u8 direction; /* enum hdrtap_direction */
	__u32 ifindex;
};

/* Takes one record, which is valid during the call. Returns 0, or anything else to make
 * native_packet() return that. */
typedef int (*native_emit)(void *context, const struct hdrtap_record *rec);

struct native_options {
	const struct hdrtap_settings *settings; /* copied */
	const struct hdrtap_config *config;     /* copied; NULL: the defaults */
	native_emit emit;
	void *context; /* of emit */
};

/* Returns NULL when out of memory. */
struct native *native_new(const struct native_options *options);
void native_free(struct native *native);

/* Parses one packet. Returns 0, or the first non-zero result of `emit` (the packet's other records
 * were still made). Times are expected to rise: what waits for ten seconds is abandoned. */
int native_packet(struct native *native, const struct native_packet *packet);

/* From now on records that are older than `until` are flagged LATE. */
void native_complete(struct native *native, __u64 until);

/* No more packets come: heads in progress are emitted as they are. Returns as native_packet(). */
int native_finish(struct native *native);

const struct hdrtap_counters *native_counters(const struct native *native);

#endif
