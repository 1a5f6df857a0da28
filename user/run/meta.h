/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What one needs beside the records to read them: who made them, what each slot means. Stands in
 * every log segment's head. A run is one start of hdrtap; one writer owns one run_meta. Names of
 * interfaces, which come and go, go with the records.
 */
#ifndef HDRTAP_USER_META_H
#define HDRTAP_USER_META_H

#include <hdrtap/elements.h>

#include "run/secret_keys.h"

#define RUN_SLOTS_MAX 255
#define RUN_WHERE_MAX 4096 /* bytes of predicates */

struct slot_meta {
	char name[HDRTAP_NAME_MAX +
		  1]; /* lower case; "" for slots HDRTAP_SLOT_TARGET and HDRTAP_SLOT_METHOD */
	__u8 mode;    /* enum hdrtap_mode */
	__u8 active;  /* 1: chosen now; 0: was chosen earlier in this run */
	__u16 max;    /* bytes reserved */
	__u32 chosen; /* bit n: chosen for records whose element_set is n modulo 32 */
};

struct run_meta {
	__u8 run_id[16];
	char host[65];     /* gethostname() */
	char boot_id[37];  /* /proc/sys/kernel/random/boot_id, "" when unknown */
	__u32 record_size; /* bytes of every record; arena included */
	__u64 key_id;      /* of the key behind HDRTAP_MODE_HASH values, 0: none */
	__u32 slot_count;  /* slots in use, at least HDRTAP_SLOT_NAMES */
	struct slot_meta slot[RUN_SLOTS_MAX];
	struct secret_key_list secret_keys; /* not in logs: what is flagged redacted says it */
	/* While a capture runs: which heads of records made from then on are wanted. Logs lack it.
	 */
	char where[RUN_WHERE_MAX]; /* `--where` as one predicate, "": all of them */
	__u16 generation;          /* of these records, as record.element_set */
};

/* Fills run id, host and boot id, the two fixed slots, and the default secret keys. Returns 0 or
 * -errno (not reported). */
int run_meta_init(struct run_meta *meta);

/* The active slots are those of records of that generation (record.element_set). */
void run_meta_generation(struct run_meta *meta, __u32 generation);

#endif
