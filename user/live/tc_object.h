/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loading of the TC programs that are embedded in this program.
 */
#ifndef HDRTAP_USER_TC_OBJECT_H
#define HDRTAP_USER_TC_OBJECT_H

#include <hdrtap/config.h>
#include <hdrtap/elements.h>

struct hdrtap_tc;

/*
 * Loads them, to read heads with `elements` and as `config` (NULL: the defaults) says; the pool of
 * heads is made larger than `config` has it where there are many CPUs. Returns 0 or -errno (said);
 * `*object` is to be destroyed by hdrtap_tc__destroy().
 */
int tc_object_load(struct hdrtap_tc **object, const struct hdrtap_elements *elements,
		   const struct hdrtap_config *config);

/*
 * Ends what waits in the kernel since before `before` (CLOCK_BOOTTIME, ns): heads in progress are
 * put out with the flags `why`, early segments are read. Returns 0 or -errno, saying nothing.
 */
int tc_object_sweep(struct hdrtap_tc *object, __u64 before, __u64 why);

#endif
