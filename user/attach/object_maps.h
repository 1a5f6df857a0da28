/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kernel objects of one capture have one set of maps.
 */
#ifndef HDRTAP_USER_OBJECT_MAPS_H
#define HDRTAP_USER_OBJECT_MAPS_H

struct bpf_map;
struct bpf_object;

/*
 * Makes an object that is not loaded yet use the maps of a loaded one wherever they have the same
 * name, except `own` (NULL: none). Returns 0 or -errno, saying nothing.
 */
int object_maps_share(struct bpf_object *object, const struct bpf_object *from,
		      const struct bpf_map *own);

#endif
