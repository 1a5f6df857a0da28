/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/object_maps.h"

#include <bpf/libbpf.h>

int object_maps_share(struct bpf_object *object, const struct bpf_object *from,
		      const struct bpf_map *own)
{
	const struct bpf_map *shared;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object)
	{
		shared = bpf_object__find_map_by_name(from, bpf_map__name(map));
		if (map == own || !shared || err)
			continue;
		err = bpf_map__reuse_fd(map, bpf_map__fd(shared));
	}
	return err;
}
