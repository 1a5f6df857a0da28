/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * At the start an interface that was named must be there and be supported; "any" takes what there
 * is, even if that is nothing yet. Watching begins before looking, so that nothing that happens in
 * between is missed.
 */
#include "guard/live_interfaces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "guard/link_events.h"

#define RECEIVE  (1U << HDRTAP_DIRECTION_RECEIVE)
#define TRANSMIT (1U << HDRTAP_DIRECTION_TRANSMIT)

static __u32 directions_of(const struct interface *interface, __u32 asked)
{
	if (!asked)
		asked = RECEIVE | TRANSMIT;
	return interface->loopback && asked & RECEIVE ? RECEIVE : asked;
}

/* Where the interface of that index is in the list, or would be. */
static size_t place_of(const struct live_interfaces *interfaces, unsigned int index)
{
	size_t low = 0, high = interfaces->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (interfaces->list[middle].interface.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct live_interface *live_interfaces_at(struct live_interfaces *interfaces, unsigned int index)
{
	size_t place = place_of(interfaces, index);

	return place < interfaces->count && interfaces->list[place].interface.index == index
		       ? &interfaces->list[place]
		       : NULL;
}

/* Returns a place for one more, NULL: out of memory. */
static struct live_interface *make_room(struct live_interfaces *to, size_t place)
{
	size_t room = to->room ? 2 * to->room : 16;
	struct live_interface *list = to->list;

	if (to->count == to->room) {
		list = reallocarray(list, room, sizeof(*list));
		if (!list)
			return NULL;
		to->list = list;
		to->room = room;
	}
	memmove(&list[place + 1], &list[place], (to->count++ - place) * sizeof(*list));
	return &list[place];
}

int live_interfaces_add(struct live_interfaces *to, const struct interface *interface, bool named)
{
	size_t place = place_of(to, interface->index);
	struct live_interface *at = &to->list[place];

	if (place < to->count && at->interface.index == interface->index) {
		at->named |= named;
		return 0;
	}
	at = make_room(to, place);
	if (!at)
		return fail(ENOMEM, "cannot capture on %s: out of memory; free some memory",
			    interface->name);
	*at = (struct live_interface){
		.interface = *interface,
		.directions = directions_of(interface, to->options->directions),
		.named = named,
		.first = !to->attach,
		.waiting = interface->link != INTERFACE_OTHER,
	};
	to->waiting += at->waiting;
	if (!at->waiting)
		warn_line("%s is ignored: link type %u is neither Ethernet nor IP", interface->name,
			  interface->hardware);
	return 1;
}

static int add_named(struct live_interfaces *to, const char *name)
{
	struct interface interface;
	int err = interface_find(&interface, name);

	if (err)
		return err;
	if (interface.link == INTERFACE_OTHER)
		return fail(EOPNOTSUPP,
			    "cannot capture on %s: link type %u is neither Ethernet nor "
			    "IP; use another interface",
			    name, interface.hardware);
	err = live_interfaces_add(to, &interface, true);
	return err < 0 ? err : 0;
}

static int add_any(struct live_interfaces *to)
{
	struct interface *list;
	size_t count;
	int err = interface_list(&list, &count);

	for (size_t i = 0; i < count && err >= 0; i++)
		if (list[i].up)
			err = live_interfaces_add(to, &list[i], false);
	free(list);
	return err < 0 ? err : 0;
}

int live_interfaces_find(struct live_interfaces *to, const struct live_options *options)
{
	int err;

	memset(to, 0, sizeof(*to));
	to->options = options;
	err = link_events_open(&to->events);
	for (size_t i = 0; i < options->interface_count && !err; i++) {
		const char *name = options->interfaces[i];

		err = strcmp(name, INTERFACE_ANY) ? add_named(to, name) : add_any(to);
	}
	return err;
}

size_t live_interfaces_attached(const struct live_interfaces *interfaces)
{
	size_t attached = 0;

	for (size_t i = 0; i < interfaces->count; i++)
		attached += interfaces->list[i].attached;
	return attached;
}

static const char *words(__u32 directions)
{
	if (directions == RECEIVE)
		return "receive";
	return directions == TRANSMIT ? "transmit" : "receive and transmit";
}

const char *live_interface_words(const struct live_interface *interface)
{
	static char text[IF_NAMESIZE + sizeof(" (xdp receive generic, tc transmit)")];
	enum attach_hook hook = interface->report.receive;

	if (hook == ATTACH_TC)
		snprintf(text, sizeof(text), "%s (tc %s)", interface->interface.name,
			 words(interface->directions));
	else
		snprintf(text, sizeof(text), "%s (xdp receive %s%s)", interface->interface.name,
			 hook == ATTACH_XDP_NATIVE ? "native" : "generic",
			 interface->directions & TRANSMIT ? ", tc transmit" : "");
	return text;
}

int live_interfaces_tell_names(struct live_interfaces *interfaces)
{
	int err = 0;

	for (size_t i = 0; i < interfaces->count && !err; i++) {
		struct live_interface *at = &interfaces->list[i];

		if (!strcmp(at->told_name, at->interface.name))
			continue;
		err = interfaces->tell_name(interfaces->context, at->interface.index,
					    at->interface.name);
		if (!err)
			strcpy(at->told_name, at->interface.name);
	}
	return err;
}

void live_interface_forget(struct live_interfaces *interfaces, const struct live_interface *gone)
{
	if (*gone->told_name)
		interfaces->tell_name(interfaces->context, gone->interface.index, "");
}

void live_interfaces_free(struct live_interfaces *interfaces)
{
	link_events_close(interfaces->events);
	free(interfaces->list);
	memset(interfaces, 0, sizeof(*interfaces));
}
