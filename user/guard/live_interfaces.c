/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * At the start an interface that was named must be there and be supported; "any" takes what it can.
 * Watching begins before looking, so that nothing that happens in between is missed.
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

int live_interfaces_add(struct live_interfaces *to, const struct interface *interface)
{
	struct live_interface *list;

	for (size_t i = 0; i < to->count; i++)
		if (to->list[i].interface.index == interface->index)
			return 0;
	list = reallocarray(to->list, to->count + 1, sizeof(*list));
	if (!list)
		return fail(ENOMEM, "cannot capture on %s: out of memory; free some memory",
			    interface->name);
	to->list = list;
	list[to->count++] = (struct live_interface){
		.interface = *interface,
		.directions = directions_of(interface, to->options->directions),
	};
	return 0;
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
	return live_interfaces_add(to, &interface);
}

static int add_any(struct live_interfaces *to)
{
	struct interface *list;
	size_t count;
	int err = interface_list(&list, &count);

	for (size_t i = 0; i < count && !err; i++) {
		if (!list[i].up)
			continue;
		if (list[i].link == INTERFACE_OTHER)
			warn_line("%s is ignored: link type %u is neither Ethernet nor IP",
				  list[i].name, list[i].hardware);
		else
			err = live_interfaces_add(to, &list[i]);
	}
	free(list);
	if (!err && !to->count)
		return fail(ENETDOWN,
			    "cannot capture on any: no interface is up; name one with -i");
	return err;
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

static unsigned int active_elements(const struct run_meta *meta)
{
	unsigned int count = 0;

	for (__u32 slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
		count += meta->slot[slot].active;
	return count;
}

/* One line in one piece, however long. */
static void print(const struct live_interfaces *interfaces)
{
	char *line = NULL;
	size_t size;
	FILE *to = open_memstream(&line, &size);

	if (!to)
		return;
	for (size_t i = 0; i < interfaces->count; i++)
		fprintf(to, "%s%s", i ? ", " : "", live_interface_words(&interfaces->list[i]));
	if (!fclose(to))
		warn_line("listening on %s, %u header elements", line,
			  active_elements(interfaces->options->meta));
	free(line);
}

int live_interfaces_describe(struct live_interfaces *interfaces)
{
	int err = 0;

	for (size_t i = 0; i < interfaces->count && !err; i++) {
		struct live_interface *at = &interfaces->list[i];

		if (!strcmp(at->told, at->interface.name))
			continue;
		err = interfaces->tell_name(interfaces->context, at->interface.index,
					    at->interface.name);
		if (!err)
			strcpy(at->told, at->interface.name);
	}
	return err;
}

void live_interface_forget(struct live_interfaces *interfaces, const struct live_interface *gone)
{
	if (*gone->told)
		interfaces->tell_name(interfaces->context, gone->interface.index, "");
}

int live_interface_attach(struct live_interfaces *interfaces, struct live_interface *to)
{
	const char *name = to->interface.name;
	int err = attach_interface(interfaces->attach, &to->interface, to->directions, &to->report);

	if (err)
		return err;
	to->attached = true;
	if (to->report.native_error)
		warn_line("%s: no native XDP (%s); using generic XDP, which may copy "
			  "packets",
			  name, strerror(-to->report.native_error));
	if (to->report.alone && interfaces->options->verbose)
		warn_line("%s: no libxdp dispatcher; no other XDP program can be "
			  "attached alongside hdrtap",
			  name);
	return 0;
}

int live_interfaces_attach(struct live_interfaces *interfaces, struct attach *attach,
			   live_tell_name tell_name, void *context)
{
	int err;

	interfaces->attach = attach;
	interfaces->tell_name = tell_name;
	interfaces->context = context;
	err = live_interfaces_describe(interfaces);
	for (size_t i = 0; i < interfaces->count && !err; i++)
		err = live_interface_attach(interfaces, &interfaces->list[i]);
	if (!err)
		print(interfaces);
	return err;
}

void live_interfaces_free(struct live_interfaces *interfaces)
{
	link_events_close(interfaces->events);
	free(interfaces->list);
	memset(interfaces, 0, sizeof(*interfaces));
}
