/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Filters on the clsact qdisc: how programs are attached where the kernel has no TCX links
 * (below 6.6). Such filters outlive their process, so each carries a number that says whose it is,
 * and what dead ones left is cleared away.
 */
#ifndef HDRTAP_USER_CLSACT_H
#define HDRTAP_USER_CLSACT_H

#include <stdbool.h>

#include <hdrtap/record.h>

struct clsact;

/* Returns 0 or -errno, saying nothing: EUSERS when too many processes attach in this network
 * namespace. */
int clsact_open(struct clsact **clsact);

/* Filters and qdiscs stay; see clsact_detach(). NULL is fine. */
void clsact_close(struct clsact *clsact);

/*
 * Attaches a program at one direction of an interface, as far in front as there is a free priority,
 * or behind all that are there now (`last`);
 * filters of ours whose process is dead go away. `direction` is of enum hdrtap_direction. Returns 0
 * or -errno, saying nothing.
 */
int clsact_attach(struct clsact *clsact, unsigned int ifindex, __u8 direction, int program_fd,
		  bool last);

/* Whether this process's filter with that program is there. When the kernel cannot say, it is. */
bool clsact_is_there(struct clsact *clsact, unsigned int ifindex, __u8 direction, __u32 program_id);

/* Forgets that this process made the interface's qdisc: it is gone, and if there is one it is
 * somebody else's. */
void clsact_forget(struct clsact *clsact, unsigned int ifindex);

/*
 * Takes away what dead processes left on an interface. Returns the filters of ours that stay, of
 * captures that run, or -errno, saying nothing.
 */
int clsact_clear(struct clsact *clsact, unsigned int ifindex, unsigned int *removed);

/*
 * Takes this process's filters off an interface, then the qdisc if this process made it and nobody
 * else uses it. Programs may still be running afterwards. Returns 0 or -errno, saying nothing; an
 * interface that is gone is 0.
 */
int clsact_detach(struct clsact *clsact, unsigned int ifindex);

#endif
