/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One record with all that is needed to understand it. <hdrtap/log.h> declares the accessors.
 */
#ifndef HDRTAP_USER_LIBRARY_RECORD_H
#define HDRTAP_USER_LIBRARY_RECORD_H

#include <hdrtap/log.h>

#include "log_read/log_merge.h"

struct hdrtap_rec {
	const struct hdrtap_record *rec; /* as large as ours are */
	const __u8 *stored;              /* description->record_size bytes */
	struct log_description *description;
	const __u8 *interfaces; /* as struct log_batch has it */
	__u32 interface_count;
	__s64 utc_offset;
	__u64 number;
	__u32 segment;
};

/* Becomes the record that the last event is about, without a copy. */
void rec_set(struct hdrtap_rec *rec, const struct log_merge_now *now);

#endif
