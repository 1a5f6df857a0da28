/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The table of a batch that says what the interfaces of its records are called: struct
 * log_interface each, at any address, in ascending order of ifindex.
 */
#ifndef HDRTAP_USER_LOG_INTERFACES_H
#define HDRTAP_USER_LOG_INTERFACES_H

#include "log/log_format.h"

/* Number of the first entry whose ifindex is not lower; `count`: there is none. */
__u32 log_interfaces_place(const void *table, __u32 count, __u32 ifindex);

/* The interface's entry, a struct log_interface at any address, or NULL. */
const __u8 *log_interfaces_find(const void *table, __u32 count, __u32 ifindex);

/* Its name, or NULL. */
const char *log_interfaces_name(const void *table, __u32 count, __u32 ifindex);

#endif
