/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Events say that it is time to look; what is there now says what to do. So nothing depends on
 * every event being seen, except that an index belongs to another interface than before.
 *
 * An interface is known by its index. Its programs go with it when it is deleted; when it is moved
 * they are taken away, since what it carries in another namespace is none of our business.
 */
#include "guard/live_follow.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "guard/link_events.h"

int live_follow_fd(const struct live_interfaces *interfaces)
{
	return link_events_fd(interfaces->events);
}

static void on_gone(void *context, unsigned int ifindex)
{
	struct live_interfaces *interfaces = context;

	for (size_t i = 0; i < interfaces->count; i++)
		if (interfaces->list[i].interface.index == ifindex)
			interfaces->list[i].gone = true;
}

/* What the list has of that index, NULL: nothing. */
static const struct interface *find(const struct interface *list, size_t count, unsigned int index)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].index == index)
			return &list[i];
	return NULL;
}

static size_t count_attached(const struct live_interfaces *interfaces)
{
	size_t attached = 0;

	for (size_t i = 0; i < interfaces->count; i++)
		attached += interfaces->list[i].attached;
	return attached;
}

/* Takes the interface out of the list. */
static void let_go(struct live_interfaces *interfaces, struct live_interface *at)
{
	if (at->attached) {
		warn_line("%s is gone", at->interface.name);
		attach_let_go(interfaces->attach, at->interface.index);
	}
	live_interface_forget(interfaces, at);
	interfaces->count--;
	memmove(at, at + 1, (&interfaces->list[interfaces->count] - at) * sizeof(*at));
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
	return renamed;
}

static bool same(const struct interface *one, const struct interface *other)
{
	return !strcmp(one->name, other->name) && one->up == other->up;
}

/* Lets go what went away, and what could not be attached to and is different now. Returns whether
 * the name of one that stays changed. */
static bool look_at_known(struct live_interfaces *interfaces, const struct interface *list,
			  size_t count)
{
	const struct interface *now;
	struct live_interface *at;
	bool renamed = false;

	for (size_t i = interfaces->count; i--;) {
		at = &interfaces->list[i];
		now = find(list, count, at->interface.index);
		if (!now || at->gone || (!at->attached && !same(&at->interface, now)))
			let_go(interfaces, at);
		else
			renamed |= note_change(at, now);
	}
	return renamed;
}

static bool wanted(const struct live_options *options, const struct interface *interface)
{
	for (size_t i = 0; i < options->interface_count; i++) {
		const char *name = options->interfaces[i];

		if (!strcmp(name, interface->name) ||
		    (interface->up && !strcmp(name, INTERFACE_ANY)))
			return true;
	}
	return false;
}

/* Returns the first error, after all were tried. */
static int add_new(struct live_interfaces *interfaces, const struct interface *list, size_t count)
{
	int err = 0, added;

	for (size_t i = 0; i < count; i++) {
		if (!wanted(interfaces->options, &list[i]))
			continue;
		added = live_interfaces_add(interfaces, &list[i]);
		err = err ? err : added;
	}
	return err;
}

static void attach_new(struct live_interfaces *interfaces, size_t first)
{
	for (size_t i = first; i < interfaces->count; i++) {
		struct live_interface *at = &interfaces->list[i];

		if (at->interface.link == INTERFACE_OTHER)
			warn_line("%s is ignored: link type %u is neither Ethernet nor IP",
				  at->interface.name, at->interface.hardware);
		else if (!live_interface_attach(interfaces, at))
			warn_line("listening on %s", live_interface_words(at));
	}
}

/* Brings what is attached to what is there. */
static int compare(struct live_interfaces *interfaces, const struct interface *list, size_t count)
{
	size_t before = count_attached(interfaces), known;
	bool renamed = look_at_known(interfaces, list, count);
	int err;

	known = interfaces->count;
	err = add_new(interfaces, list, count);
	if (!err && (renamed || interfaces->count > known))
		err = live_interfaces_describe(interfaces);
	attach_new(interfaces, known);
	if (before && !count_attached(interfaces))
		warn_line("no interface is left; waiting for one");
	return err;
}

int live_follow(struct live_interfaces *interfaces)
{
	struct interface *list = NULL;
	size_t count;
	int err = link_events_read(interfaces->events, on_gone, interfaces);

	if (!err)
		err = interface_list(&list, &count);
	if (!err)
		err = compare(interfaces, list, count);
	free(list);
	return err;
}
