/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is attached, for attach.c and attach_look.c alone.
 */
#ifndef HDRTAP_USER_ATTACHED_H
#define HDRTAP_USER_ATTACHED_H

#include "attach/attach.h"
#include "attach/tc_look.h"

struct clsact;
struct hdrtap_tc;
struct xdp;

/* The programs at one interface. */
struct attached {
	struct interface interface;
	__u32 directions;
	int link_fd[HDRTAP_DIRECTION_MAX];      /* -1: none */
	__u32 program_id[HDRTAP_DIRECTION_MAX]; /* at TC, 0: none */
	struct xdp *xdp;                        /* reception, NULL: TC's */
	bool above;                             /* see struct attach_report */
};

struct attach {
	struct hdrtap_tc *object;
	int look_fd[HDRTAP_DIRECTION_MAX][TC_LOOK_LINKS]; /* -1: not needed yet */
	enum attach_hook hook;
	const struct filter *filter; /* the expression, NULL: none */
	bool last;                   /* behind other programs */
	bool use_clsact;             /* instead of TCX links */
	bool active;                 /* programs have been attached */
	__u64 missed;                /* ns, what attach_beat() has not told yet */
	struct clsact *clsact;       /* opened when first needed */
	struct attached **list;      /* owned, in the order of the interfaces' indexes */
	size_t count;
	size_t room;
};

/* NULL: it is not attached to. */
struct attached *attached_find(const struct attach *attach, unsigned int ifindex);

/* Attaches at one direction. Returns 0 or -errno (reported as by attach_interface()). */
int attached_add(struct attach *attach, struct attached *at, __u8 direction);

/* Frees what stands for a direction, clsact filters excepted. Returns 0 or -errno, saying nothing.
 */
int attached_drop(struct attached *at, __u8 direction);

/* How packets are received there. */
struct attach_report attached_report(const struct attached *at);

#endif
