/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Heads in progress and working spaces end in bytes of which there are more with larger records.
 * The programs find them at constant offsets; how many there are they know from their
 * configuration. The kernel has to know it, too: from the size of a map's values, and, where a
 * function of its own gets a pointer, from the size that the object's types (BTF) say. Both are as
 * compiled, for the default size, until they are set here. A structure may be larger than its
 * members.
 */
#include "attach/object_size.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include <hdrtap/state/sizes.h>

static int grow_type(struct btf *btf, const char *name, __u32 more)
{
	__s32 id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	struct btf_type *type = id < 0 ? NULL : (struct btf_type *)btf__type_by_id(btf, id);

	if (!type)
		return -ENOENT;
	type->size += more;
	return 0;
}

static int set_value_size(struct bpf_object *object, const char *name, __u32 bytes)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);

	return map ? bpf_map__set_value_size(map, bytes) : -ENOENT;
}

int object_size(struct bpf_object *object, const struct hdrtap_sizes *size)
{
	__u32 slot = hdrtap_slot_size(size) - sizeof(struct hdrtap_slot);
	__u32 work = hdrtap_work_size(size) - sizeof(struct hdrtap_work);
	struct btf *btf = bpf_object__btf(object);
	int err = btf ? 0 : -ENOENT;

	if (!err)
		err = grow_type(btf, "hdrtap_head", slot);
	if (!err)
		err = grow_type(btf, "hdrtap_slot", slot);
	if (!err)
		err = grow_type(btf, "hdrtap_window", work);
	if (!err)
		err = grow_type(btf, "hdrtap_work", work);
	if (!err)
		err = set_value_size(object, "heads", hdrtap_slot_size(size));
	return err ? err : set_value_size(object, "work", hdrtap_work_size(size));
}
