/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Attaches to the interfaces of a capture, which takes the kernel milliseconds each: bit by bit, so
 * that a thousand of them keep nobody waiting.
 */
#ifndef HDRTAP_USER_LIVE_ATTACH_H
#define HDRTAP_USER_LIVE_ATTACH_H

#include "guard/live_interfaces.h"

/*
 * Tells the names of the interfaces that were found, and attaches to those that were named, all of
 * which have to work. Returns 0 or -errno (reported). `attach` must stay.
 */
int live_attach_begin(struct live_interfaces *interfaces, struct attach *attach,
		      live_tell_name tell_name, void *context);

/*
 * Attaches to some of those that wait. When all that were there at the start were tried, says what
 * is listened on. One that cannot be attached to is said, and left out until it changes. Returns 0,
 * or -errno (reported): there is none that could be attached to at the start.
 */
int live_attach_go_on(struct live_interfaces *interfaces);

/* Whether live_attach_go_on() has something to do. */
bool live_attach_waits(const struct live_interfaces *interfaces);

/* What is left of it stays away from the interface until it is time to try again. `err`: why. */
void live_attach_failed(struct live_interfaces *interfaces, struct live_interface *at, int err);

#endif
