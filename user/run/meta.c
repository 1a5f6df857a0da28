/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A run's description. It is small and copied whole: whoever needs it longer than a call takes a
 * copy of its own.
 */
#include "run/meta.h"
#include "run/secret_keys_default.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <hdrtap/head/values.h>

#define TARGET_MAX 256 /* bytes reserved for the request target */

/* A kernel without /proc mounted has no boot id to tell: that is no reason not to run. */
static void read_boot_id(struct run_meta *meta)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file)
		return;
	if (!fgets(meta->boot_id, sizeof(meta->boot_id), file))
		meta->boot_id[0] = '\0';
	meta->boot_id[strcspn(meta->boot_id, "\n")] = '\0';
	fclose(file);
}

int run_meta_init(struct run_meta *meta)
{
	memset(meta, 0, sizeof(*meta));
	meta->record_size = HDRTAP_RECORD_SIZE_DEFAULT;
	if (getrandom(meta->run_id, sizeof(meta->run_id), 0) != sizeof(meta->run_id))
		return -EIO;
	if (gethostname(meta->host, sizeof(meta->host) - 1) < 0)
		return -errno;
	read_boot_id(meta);
	meta->slot[HDRTAP_SLOT_TARGET].active = 1;
	meta->slot[HDRTAP_SLOT_TARGET].max = TARGET_MAX;
	meta->slot[HDRTAP_SLOT_METHOD].active = 1;
	meta->slot[HDRTAP_SLOT_METHOD].max = HDRTAP_METHOD_CAP;
	meta->slot_count = HDRTAP_SLOT_NAMES;
	secret_keys_default(&meta->secret_keys);
	return 0;
}

void run_meta_generation(struct run_meta *meta, __u32 generation)
{
	__u32 bit = 1u << generation % 32, slot;

	meta->generation = generation;
	for (slot = 0; slot < meta->slot_count; slot++) {
		meta->slot[slot].chosen &= ~bit;
		if (meta->slot[slot].active)
			meta->slot[slot].chosen |= bit;
	}
}
