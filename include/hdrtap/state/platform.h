/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a platform has to give: maps and helpers in the kernel, memory natively. The includer
 * defines HDRTAP_CONTEXT, the type whose pointer these functions get first, and the functions
 * themselves.
 */
#ifndef HDRTAP_PLATFORM_H
#define HDRTAP_PLATFORM_H

#include <hdrtap/settings.h>
#include <hdrtap/state/work.h>

/* Copies 1 to HDRTAP_EARLY_SIZE bytes from `offset` in the packet. Returns 0 or -errno. */
static int hdrtap_platform_load(HDRTAP_CONTEXT *context, __u32 offset, void *to, __u32 length);

/* Reads the eight bytes at `offset` where that is quicker than copying. Returns 0 or -1. */
static int hdrtap_platform_word(HDRTAP_CONTEXT *context, __u32 offset, __u64 *word);

/* Puts a record out, of the configured size: zeros behind its values may be left away. Returns 0 or
 * -errno: -ENOSPC no room, -ENOENT no buffer on this CPU. */
static int hdrtap_platform_emit(HDRTAP_CONTEXT *context, const struct hdrtap_record *rec);

/* The CPU this runs on: whose buffer records go to, and whose record numbers are taken. */
static __u16 hdrtap_platform_cpu(HDRTAP_CONTEXT *context);

/* When the packet came, in ns. Where that is not known with the packet it is asked for only when it
 * is needed: reading a clock costs as much as most packets' whole way. */
static __u64 hdrtap_platform_time(HDRTAP_CONTEXT *context, const struct hdrtap_origin *origin);

/* The next record number of this CPU, from 0. */
static __u64 hdrtap_platform_sequence(HDRTAP_CONTEXT *context);

/* Elements of the tables and pools; NULL beyond their sizes in the configuration. */
static struct hdrtap_set *hdrtap_platform_set(HDRTAP_CONTEXT *context, __u32 number);
static struct hdrtap_flow *hdrtap_platform_flow(HDRTAP_CONTEXT *context, __u32 number);
static struct hdrtap_slot *hdrtap_platform_slot(HDRTAP_CONTEXT *context, __u32 number);
static struct hdrtap_early *hdrtap_platform_early(HDRTAP_CONTEXT *context, __u32 number);

/* The settings in use; those of that generation, NULL when they are gone. */
static const struct hdrtap_settings *hdrtap_platform_settings(HDRTAP_CONTEXT *context);
static const struct hdrtap_settings *hdrtap_platform_settings_of(HDRTAP_CONTEXT *context,
								 __u16 generation);

/* What the rate limit counts in (limit.h), one for all CPUs. */
static __u64 *hdrtap_platform_limit(HDRTAP_CONTEXT *context);

static const volatile struct hdrtap_config *hdrtap_platform_config(HDRTAP_CONTEXT *context);

#endif
