/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a capture on an interface would meet: said line by line, with the remedy for what stands in
 * the way. Nothing is attached.
 *
 *	ok    what is as it should be
 *	note  what costs something, or is to be known
 *	STOP  what makes a capture impossible
 */
#ifndef HDRTAP_USER_CHECK_H
#define HDRTAP_USER_CHECK_H

#include "attach.h"
#include "interfaces.h"

enum check_level {
	CHECK_OK,
	CHECK_NOTE,
	CHECK_STOP,
};

struct check {
	struct interface interface;
	enum attach_hook hook;
	bool last;    /* --order last */
	bool stopped; /* something was CHECK_STOP */
};

/* Prints one line on standard output. `topic` is a word. */
void check_say(struct check *check, enum check_level level, const char *topic, const char *format,
	       ...) __attribute__((format(printf, 4, 5)));

/* Says all there is to say of `name`. Returns 0 when a capture is possible, -EOPNOTSUPP when it is
 * not, or another -errno (said). */
int check_interface(const char *name, enum attach_hook hook, bool last);

/* Prints the interfaces there are, a line each, and how many programs are attached. Returns 0 or
 * -errno (said). */
int check_list(void);

/* The kernel: what programs need of it, and what of it there is. */
void check_kernel(struct check *check);

/* The interface: link, size of packets, offloads. */
void check_link(struct check *check);

/* The programs that are attached, in the order in which they run, and where hdrtap's would be. */
void check_programs(struct check *check);

/* How many programs of any kind are attached to an interface; as far as this may be asked. */
unsigned int check_count(const struct interface *interface);

#endif
