/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loading of the TC programs that are embedded in this program.
 */
#ifndef HDRTAP_USER_TC_OBJECT_H
#define HDRTAP_USER_TC_OBJECT_H

#include <hdrtap/elements.h>

struct hdrtap_tc;

/*
 * Loads them, to read heads with `elements`. Returns 0 or -errno (said); `*object` is to be
 * destroyed by hdrtap_tc__destroy().
 */
int tc_object_load(struct hdrtap_tc **object, const struct hdrtap_elements *elements);

#endif
