/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel does not tell when a program is taken away, so each interface is asked once a second.
 * A question waits for the kernel's lock of the network configuration: while others hold it for
 * long, a look at all interfaces takes longer than that.
 */
#include "guard/live_watch.h"

#include <errno.h>
#include <string.h>

#include "attach/attach_look.h"
#include "base/clock.h"
#include "base/error.h"
#include "guard/live_attach.h"

#define LOOKS     10          /* calls, for one look at all */
#define SLICE_NS  10000000ULL /* of one call */
#define MINUTE_NS 60000000000ULL
#define LINES_MAX 8 /* in a minute */

#define TAKEN "another program took hdrtap's program away"

/* Ends a minute. */
static void sum_up(struct live_told *told, __u64 now)
{
	if (told->since && now - told->since < MINUTE_NS)
		return;
	if (told->untold)
		warn_line("%u more times " TAKEN "; see programs_taken_away in hdrtap-stat",
			  told->untold);
	*told = (struct live_told){ 0 };
}

static bool may_say(struct live_interfaces *interfaces, struct live_interface *at, __u64 now)
{
	struct live_told *told = &interfaces->told;

	if (!told->since)
		told->since = now;
	if (told->lines >= LINES_MAX || (at->told && now - at->told < MINUTE_NS)) {
		told->untold++;
		return false;
	}
	told->lines++;
	at->told = now;
	return true;
}

/* Whether the interface that has its index now is this one. */
static bool is_the_same(const struct live_interface *at)
{
	struct interface now;

	return !interface_of(&now, at->interface.index) && !strcmp(now.name, at->interface.name) &&
	       now.hardware == at->interface.hardware;
}

static void on_taken(struct live_interfaces *interfaces, struct live_interface *at, __u32 missing,
		     __u64 now)
{
	const char *name = at->interface.name;
	int err;

	if (!is_the_same(at)) {
		at->gone = interfaces->changed = true;
		return;
	}
	interfaces->taken += __builtin_popcount(missing);
	err = attach_again(interfaces->attach, at->interface.index, missing, &at->report);
	if (err)
		live_attach_failed(interfaces, at, err);
	if (err != -ENODEV && may_say(interfaces, at, now))
		warn_line("%s: " TAKEN "; %s", name,
			  err ? "it is not attached now, which is tried again" : "attached again");
}

/* What was refused after it had been attached is tried again. */
static void try_again(struct live_interfaces *interfaces, struct live_interface *at, __u64 now)
{
	if (!at->retry || at->retry > now)
		return;
	at->retry = 0;
	at->waiting = true;
	interfaces->waiting++;
}

static void look_at(struct live_interfaces *interfaces, struct live_interface *at, __u64 now)
{
	__u32 missing = at->attached && !at->gone
				? attach_missing(interfaces->attach, at->interface.index)
				: 0;

	if (missing)
		on_taken(interfaces, at, missing, now);
	try_again(interfaces, at, now);
}

void live_watch(struct live_interfaces *interfaces, __u64 now)
{
	size_t looks = interfaces->count / LOOKS + 1;

	sum_up(&interfaces->told, now);
	for (; looks && interfaces->watched < interfaces->count; looks--) {
		look_at(interfaces, &interfaces->list[interfaces->watched++], now);
		if (clock_boottime() - now > SLICE_NS)
			return;
	}
	if (interfaces->watched < interfaces->count)
		return;
	interfaces->watched = 0;
	interfaces->blocked = false; /* the limit of files may be another */
}
