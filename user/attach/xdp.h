/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The XDP program of one interface: in the chain of libxdp's dispatcher, where others can stand
 * beside it, or alone where the kernel has no such chains.
 */
#ifndef HDRTAP_USER_XDP_H
#define HDRTAP_USER_XDP_H

#include <stdbool.h>

#include "attach/interfaces.h"

struct filter;

enum xdp_mode {
	XDP_AUTO,    /* native, where that fails generic */
	XDP_NATIVE,  /* in the driver */
	XDP_GENERIC, /* in the kernel's receive path, any interface */
};

struct xdp_options {
	enum xdp_mode mode;
	bool last;                   /* behind other programs of a chain, not in front of them */
	const struct filter *filter; /* the expression, NULL: none */
};

struct bpf_program;
struct hdrtap_tc;
struct xdp;

/* How an interface's program is attached. */
struct xdp_state {
	enum xdp_mode mode;
	bool alone;       /* without a dispatcher */
	int native_error; /* XDP_AUTO: -errno of the attempt in the driver; 0: it did */
};

#define XDP_ABOVE 1

/*
 * Attaches, with the maps of the TC object, and lets packets pass on to programs behind in the
 * chain. Programs of ours whose process is dead are taken out of it. Returns 0 or -errno
 * (reported, unless refusal_is_for_caller()); or XDP_ABOVE, saying nothing, where the mode leaves a
 * choice and the kernel none: an interface that this one is part of (bond, bridge) has a program.
 */
int xdp_attach(struct xdp **xdp, const struct hdrtap_tc *tc, const struct interface *interface,
	       struct xdp_options options);

/*
 * Takes programs of ours whose process is dead out of an interface's chain. What cannot be taken
 * stays. Returns how many programs of ours stay.
 */
unsigned int xdp_clear(unsigned int ifindex, unsigned int *removed);

struct xdp_state xdp_state(const struct xdp *xdp);

/* Whether it is attached to the interface that has its index now. When the kernel cannot say, it
 * is. */
bool xdp_is_there(struct xdp *xdp);

/* The program that is attached, in either way. */
const struct bpf_program *xdp_program_of(const struct xdp *xdp);

/*
 * Takes it away and frees it. It may still be running afterwards. NULL is fine. Returns 0 or
 * -errno, saying nothing; a program that is not there any more, and an interface that is gone, is
 * 0.
 */
int xdp_detach(struct xdp *xdp);

#endif
