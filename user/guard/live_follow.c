/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events say that it is time to look; what is there now says what to do. So nothing depends on
 * every event being seen. That an index belongs to another interface than before shows in its
 * programs, which are missing then.
 *
 * An interface is known by its index. Its programs go with it when it is deleted; when it is moved
 * they are taken away, since what it carries in another namespace is none of our business.
 *
 * A look takes longer the more interfaces there are. At most a fifth of the time is spent on it:
 * events of a storm are answered together.
 */
#include "guard/live_follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attach/attach_look.h"
#include "base/clock.h"
#include "base/error.h"
#include "guard/link_events.h"
#include "guard/live_attach.h"
#include "guard/promiscuous.h"

#define REST      4 /* times as long as the look that went before */
#define NS_PER_MS 1000000ULL
#define AGAIN_NS  (60000 * NS_PER_MS) /* after a look that failed */

int live_follow_fd(const struct live_interfaces *interfaces)
{
	return link_events_fd(interfaces->events);
}

static void on_event(void *context, unsigned int ifindex, bool gone)
{
	struct live_interface *at = live_interfaces_at(context, ifindex);

	if (!at)
		return;
	at->gone |= gone;
	at->turned |= !gone;
}

int live_follow_read(struct live_interfaces *interfaces)
{
	interfaces->changed = true;
	return link_events_read(interfaces->events, on_event, interfaces);
}

int live_follow_wait(const struct live_interfaces *interfaces)
{
	__u64 now = clock_boottime();

	if (live_attach_waits(interfaces))
		return 0;
	if (!interfaces->changed)
		return -1;
	return interfaces->look <= now ? 0 : (interfaces->look - now) / NS_PER_MS + 1;
}

static void let_go(struct live_interfaces *interfaces, const struct live_interface *at)
{
	live_interface_forget(interfaces, at);
	interfaces->waiting -= at->waiting;
	if (!at->attached)
		return;
	warn_line("%s is gone", at->interface.name);
	attach_let_go(interfaces->attach, at->interface.index);
	if (at->promiscuous)
		promiscuous_end(interfaces->promiscuous, &at->interface);
	interfaces->blocked = false; /* that closed files */
}

/* Notes what changed on an interface that is still there. Returns whether its name did. */
static bool note_change(struct live_interface *at, const struct interface *now)
{
	bool renamed = strcmp(at->interface.name, now->name);

	if (renamed && at->attached)
		warn_line("%s was renamed to %s", at->interface.name, now->name);
	if (at->interface.up != now->up && at->attached)
		warn_line("%s is %s", now->name, now->up ? "up" : "down");
	at->interface = *now;
	at->turned = false;
	return renamed;
}

static bool same(const struct live_interface *at, const struct interface *now)
{
	return !strcmp(at->interface.name, now->name) && at->interface.up == now->up && !at->turned;
}

/* Whether `now`, which has its index, is another interface. One that is renamed keeps its programs.
 */
static bool is_another(const struct live_interfaces *interfaces, const struct live_interface *at,
		       const struct interface *now)
{
	if (at->gone)
		return true;
	return at->attached && strcmp(at->interface.name, now->name) &&
	       attach_missing(interfaces->attach, now->index);
}

/* What it is now, NULL: it is gone. `space` holds what a list that was disturbed does not tell of.
 */
static const struct interface *find(const struct live_interfaces *interfaces,
				    const struct live_interface *at, const struct interface *list,
				    size_t count, struct interface *space)
{
	const struct interface *now = interface_in(list, count, at->interface.index);

	if (!now && !interface_of(space, at->interface.index))
		now = space;
	return now && is_another(interfaces, at, now) ? NULL : now;
}

/* Lets go what went away, and what could not be attached to and is different now. Returns whether
 * the name of one that stays changed. */
static bool look_at_known(struct live_interfaces *interfaces, const struct interface *list,
			  size_t count)
{
	const struct interface *now;
	struct interface space;
	bool renamed = false;
	size_t kept = 0;

	for (size_t i = 0; i < interfaces->count; i++) {
		struct live_interface *at = &interfaces->list[i];

		now = find(interfaces, at, list, count, &space);
		if (!now || (!at->attached && !same(at, now))) {
			let_go(interfaces, at);
			continue;
		}
		renamed |= note_change(at, now);
		interfaces->list[kept++] = *at;
	}
	interfaces->count = kept;
	return renamed;
}

static int add_all(struct live_interfaces *interfaces, const struct interface *list, size_t count)
{
	int added = 0, result;

	for (size_t i = 0; i < count; i++) {
		result = list[i].up ? live_interfaces_add(interfaces, &list[i], false) : 0;
		added = result < 0 ? result : added < 0 ? added : added + result;
	}
	return added;
}

/* By all names that the kernel knows it by. */
static int add_named(struct live_interfaces *interfaces, const char *name)
{
	struct interface now;

	return interface_ask(&now, name) ? 0 : live_interfaces_add(interfaces, &now, true);
}

/* Returns how many were added, or the last error, after all were tried. */
static int add_new(struct live_interfaces *interfaces, const struct interface *list, size_t count)
{
	const struct live_options *options = interfaces->options;
	int added = 0, result;

	for (size_t i = 0; i < options->interface_count; i++) {
		const char *name = options->interfaces[i];

		result = strcmp(name, INTERFACE_ANY) ? add_named(interfaces, name)
						     : add_all(interfaces, list, count);
		added = result < 0 ? result : added < 0 ? added : added + result;
	}
	return added;
}

/* Brings what is to be attached to what is there. */
static void compare(struct live_interfaces *interfaces, const struct interface *list, size_t count)
{
	size_t before = live_interfaces_attached(interfaces);
	bool renamed = look_at_known(interfaces, list, count);
	int added = add_new(interfaces, list, count);

	if (added > 0 || renamed)
		live_interfaces_tell_names(interfaces);
	if (before && !interfaces->waiting && !live_interfaces_attached(interfaces))
		warn_line("no interface is left; waiting for one");
}

static void look(struct live_interfaces *interfaces, __u64 now)
{
	struct interface *list;
	size_t count;

	if (interface_list(&list, &count)) {
		interfaces->look = now + AGAIN_NS;
		return;
	}
	interfaces->changed = false;
	compare(interfaces, list, count);
	free(list);
	interfaces->look = now + (REST + 1) * (clock_boottime() - now);
}

int live_follow(struct live_interfaces *interfaces)
{
	__u64 now = clock_boottime();

	if (interfaces->changed && interfaces->look <= now)
		look(interfaces, now);
	return live_attach_waits(interfaces) ? live_attach_go_on(interfaces) : 0;
}
