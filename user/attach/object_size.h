/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes a kernel object ready for records of a size, before it is loaded.
 */
#ifndef HDRTAP_USER_OBJECT_SIZE_H
#define HDRTAP_USER_OBJECT_SIZE_H

#include <hdrtap/config.h>

struct bpf_object;

/*
 * Sets the sizes of map values and types. The object's configuration, which has the same sizes, is
 * the caller's. Returns 0 or -errno (not reported).
 */
int object_size(struct bpf_object *object, const struct hdrtap_sizes *size);

#endif
