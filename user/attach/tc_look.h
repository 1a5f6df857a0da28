/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The TC programs that look at packets, one by one: the kernel verifies each for a good part of a
 * second, and few captures need all four.
 */
#ifndef HDRTAP_USER_TC_LOOK_H
#define HDRTAP_USER_TC_LOOK_H

#include <hdrtap/types.h>

#include "attach/interfaces.h"

#define TC_LOOK_LINKS (INTERFACE_IP + 1)

struct filter;
struct hdrtap_tc;

/* The program's name. */
const char *tc_look_name(__u8 direction, enum interface_link link);

/*
 * Loads the program for that direction and for links of that kind (INTERFACE_ETHERNET or _IP), with
 * the maps and the configuration of the TC object, which is loaded; `filter`: the expression, if
 * that one was loaded for one, or NULL. Returns its descriptor, which is the caller's, or -errno
 * (reported).
 */
int tc_look_load(const struct hdrtap_tc *tc, __u8 direction, enum interface_link link,
		 const struct filter *filter);

#endif
