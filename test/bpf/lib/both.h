/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The same frames through the native build and through the kernel programs, with the same
 * configuration, from one thread that stays on its CPU. After each frame the records are compared
 * byte for byte behind hdrtap_record_normalise(); at the end what was in progress, and the
 * counters.
 */
#ifndef HDRTAP_TEST_BOTH_H
#define HDRTAP_TEST_BOTH_H

#include <stdbool.h>

#include "frames.h"
#include "kernel.h"

#define WAY_TEST_RUN 1 /* the loopback interface's number */

/* A way into the kernel. */
struct way {
	const char *name;
	__u8 direction;                    /* of the packets, HDRTAP_DIRECTION_* */
	const struct bpf_program *program; /* run by BPF_PROG_TEST_RUN on each frame */
	/* Instead of that. Returns 0 or -errno when the frame was looked at. */
	int (*send)(const struct hdrtap_tc *object, const struct frame *frame);
	__u32 ifindex; /* that the kernel sees; BPF_PROG_TEST_RUN: WAY_TEST_RUN */
	__u32 longest; /* of frames that go there; others are left out */
};

struct both;

/* Ends the program when it cannot be had. `object` was loaded with `settings`. */
struct both *both_new(struct hdrtap_tc *object, const struct hdrtap_settings *settings);
void both_free(struct both *both);

/* Forgets all that the kernel and the native build know. */
void both_begin(struct both *both);

/* Gives a frame to both. Returns NULL, or what differs; valid until the next call. */
const char *both_frame(struct both *both, const struct way *way, const struct frame *frame);

/* The last record of the last frame, normalised, from the kernel; NULL: it gave none. */
const struct hdrtap_record *both_record(struct both *both);

/* No more frames will come. Returns NULL, or what differs or does not close. */
const char *both_end(struct both *both);

/* Since both_new(). */
__u64 both_packets(const struct both *both);
__u64 both_records(const struct both *both);

#endif
