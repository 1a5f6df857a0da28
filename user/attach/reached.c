/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/reached.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tc.skel.h"

struct reached {
	__u64 packets[HDRTAP_DIRECTION_MAX];
};

/* Returns the values of all CPUs, all 0, to be freed; NULL: no memory. */
static struct reached *values(void)
{
	return calloc(libbpf_num_possible_cpus(), sizeof(struct reached));
}

int reached_begin(const struct hdrtap_tc *object, __u32 ifindex)
{
	struct reached *none = values();
	int err;

	if (!none)
		return -ENOMEM;
	err = bpf_map_update_elem(bpf_map__fd(object->maps.reached), &ifindex, none, BPF_ANY);
	free(none);
	return err;
}

void reached_end(const struct hdrtap_tc *object, __u32 ifindex)
{
	bpf_map_delete_elem(bpf_map__fd(object->maps.reached), &ifindex);
}

int reached_read(const struct hdrtap_tc *object, __u32 ifindex, __u64 packets[HDRTAP_DIRECTION_MAX])
{
	struct reached *each = values();
	int err = each ? bpf_map_lookup_elem(bpf_map__fd(object->maps.reached), &ifindex, each)
		       : -ENOMEM;

	memset(packets, 0, HDRTAP_DIRECTION_MAX * sizeof(*packets));
	for (int cpu = 0; cpu < libbpf_num_possible_cpus() && !err; cpu++)
		for (int i = 0; i < HDRTAP_DIRECTION_MAX; i++)
			packets[i] += each[cpu].packets[i];
	free(each);
	return err;
}
