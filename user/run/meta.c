/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A run's description. It is small and copied whole: whoever needs it longer than a call (a sink
 * between two describe() calls, a segment being written) takes a copy of its own.
 */
#include "run/meta.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
	return 0;
}

void run_meta_free(struct run_meta *meta)
{
	free(meta->interface);
	meta->interface = NULL;
	meta->interface_count = 0;
}

static struct interface_meta *find_interface(const struct run_meta *meta, __u32 ifindex)
{
	__u32 i;

	for (i = 0; i < meta->interface_count; i++)
		if (meta->interface[i].ifindex == ifindex)
			return &meta->interface[i];
	return NULL;
}

int run_meta_interface(struct run_meta *meta, __u32 ifindex, const char *name)
{
	struct interface_meta *interface = find_interface(meta, ifindex);

	if (!interface) {
		interface = reallocarray(meta->interface, meta->interface_count + 1,
					 sizeof(*interface));
		if (!interface)
			return -ENOMEM;
		meta->interface = interface;
		interface += meta->interface_count++;
	}
	memset(interface, 0, sizeof(*interface));
	interface->ifindex = ifindex;
	strncpy(interface->name, name, sizeof(interface->name) - 1);
	return 0;
}

void run_meta_generation(struct run_meta *meta, __u32 generation)
{
	__u32 bit = 1u << generation % 32, slot;

	for (slot = 0; slot < meta->slot_count; slot++) {
		meta->slot[slot].chosen &= ~bit;
		if (meta->slot[slot].active)
			meta->slot[slot].chosen |= bit;
	}
}

const char *run_meta_interface_name(const struct run_meta *meta, __u32 ifindex)
{
	const struct interface_meta *interface = find_interface(meta, ifindex);

	return interface ? interface->name : NULL;
}

int run_meta_copy(struct run_meta *to, const struct run_meta *from)
{
	struct interface_meta *interface = NULL;
	size_t bytes = from->interface_count * sizeof(*interface);

	if (to == from)
		return 0;
	if (bytes) {
		interface = malloc(bytes);
		if (!interface)
			return -ENOMEM;
		memcpy(interface, from->interface, bytes);
	}
	run_meta_free(to);
	*to = *from;
	to->interface = interface;
	return 0;
}
