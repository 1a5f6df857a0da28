/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The XDP programs that are embedded in this program.
 */
#ifndef HDRTAP_USER_XDP_OBJECT_H
#define HDRTAP_USER_XDP_OBJECT_H

#include "attach/interfaces.h"

struct filter;
struct hdrtap_tc;
struct hdrtap_xdp;

/*
 * Opens them with the maps and the configuration of the TC object, which is loaded, so that flows
 * and record numbers are the same at all hooks. Loading will load the program for links of the
 * interface's kind, whose records are of that interface, and write to `log` (of LOAD_LOG_SIZE
 * bytes) what the verifier says. `filter`: the expression that loading puts into it, after which
 * stub_end() is to be called; NULL: none. Returns 0 or -errno (reported); `*object` is to be
 * destroyed by hdrtap_xdp__destroy().
 */
int xdp_object_open(struct hdrtap_xdp **object, const struct hdrtap_tc *tc,
		    const struct interface *interface, const struct filter *filter, char *log);

/* Says why they could not be loaded. Returns -errno. */
int xdp_object_refused(int err, const struct hdrtap_xdp *object, char *log);

#endif
