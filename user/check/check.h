/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a capture on an interface would meet: reported line by line, with the remedy for what stands
 * in the way. Nothing is attached.
 *
 *	ok    what is as it should be
 *	note  what costs something, or is to be known
 *	STOP  what makes a capture impossible
 */
#ifndef HDRTAP_USER_CHECK_H
#define HDRTAP_USER_CHECK_H

#include "attach/attach.h"
#include "attach/interfaces.h"

/* What a capture there would be asked for. */
struct check_options {
	enum attach_hook hook;
	bool last;        /* --order last */
	bool promiscuous; /* not -p */
};

/* Says all there is to say of `name`. Returns 0 when a capture is possible, -EOPNOTSUPP when it is
 * not, or another -errno (reported). */
int check_interface(const char *name, const struct check_options *options);

/* Prints the interfaces there are, a line each, and how many programs are attached. Returns 0 or
 * -errno (reported). */
int check_list(void);

#endif
