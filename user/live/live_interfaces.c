/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * "any" takes what it can: an interface of a link type that is not supported is left out with a
 * word, while one that was named is an error.
 */
#include "live_interfaces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

#define RECEIVE  (1U << HDRTAP_DIRECTION_RECEIVE)
#define TRANSMIT (1U << HDRTAP_DIRECTION_TRANSMIT)

static __u32 directions_of(const struct interface *interface, __u32 asked)
{
	if (!asked)
		asked = RECEIVE | TRANSMIT;
	return interface->loopback && asked & RECEIVE ? RECEIVE : asked;
}

static int add(struct live_interfaces *to, const struct interface *interface, __u32 asked)
{
	struct live_interface *list;

	for (size_t i = 0; i < to->count; i++)
		if (to->list[i].interface.index == interface->index)
			return 0;
	list = reallocarray(to->list, to->count + 1, sizeof(*list));
	if (!list)
		return fail(ENOMEM, "cannot capture on %s: out of memory; free some",
			    interface->name);
	to->list = list;
	list[to->count].interface = *interface;
	list[to->count++].directions = directions_of(interface, asked);
	return 0;
}

static int add_named(struct live_interfaces *to, const char *name, __u32 asked)
{
	struct interface interface;
	int err = interface_find(&interface, name);

	if (err)
		return err;
	if (interface.link == INTERFACE_OTHER)
		return fail(EOPNOTSUPP,
			    "cannot capture on %s: link type %u is neither Ethernet nor IP; choose "
			    "another interface",
			    name, interface.hardware);
	return add(to, &interface, asked);
}

static int add_any(struct live_interfaces *to, __u32 asked)
{
	struct interface *list;
	size_t count;
	int err = interface_list(&list, &count);

	for (size_t i = 0; i < count && !err; i++) {
		if (!list[i].up)
			continue;
		if (list[i].link == INTERFACE_OTHER)
			warn_line("%s is left out: link type %u is neither Ethernet nor IP",
				  list[i].name, list[i].hardware);
		else
			err = add(to, &list[i], asked);
	}
	free(list);
	if (!err && !to->count)
		return fail(ENETDOWN,
			    "cannot capture on any: no interface is up; name one with -i");
	return err;
}

int live_interfaces_find(struct live_interfaces *to, const struct live_options *options)
{
	int err = 0;

	memset(to, 0, sizeof(*to));
	for (size_t i = 0; i < options->interface_count && !err; i++) {
		const char *name = options->interfaces[i];

		if (strcmp(name, LIVE_INTERFACE_ANY))
			err = add_named(to, name, options->directions);
		else
			err = add_any(to, options->directions);
	}
	if (err)
		live_interfaces_free(to);
	return err;
}

void live_interfaces_free(struct live_interfaces *interfaces)
{
	free(interfaces->list);
	memset(interfaces, 0, sizeof(*interfaces));
}

static const char *words(__u32 directions)
{
	if (directions == RECEIVE)
		return "receive";
	return directions == TRANSMIT ? "transmit" : "receive and transmit";
}

/* Where the interface's packets are looked at. */
static void print_hooks(FILE *to, const struct live_interface *interface)
{
	enum attach_hook hook = interface->report.receive;

	if (hook == ATTACH_TC)
		fprintf(to, "tc %s", words(interface->directions));
	else
		fprintf(to, "xdp receive %s%s", hook == ATTACH_XDP_NATIVE ? "native" : "generic",
			interface->directions & TRANSMIT ? ", tc transmit" : "");
}

/* One line in one piece, however long. */
void live_interfaces_print(const struct live_interfaces *interfaces, unsigned int elements)
{
	char *line = NULL;
	size_t size;
	FILE *to = open_memstream(&line, &size);

	if (!to)
		return;
	for (size_t i = 0; i < interfaces->count; i++) {
		fprintf(to, "%s%s (", i ? ", " : "", interfaces->list[i].interface.name);
		print_hooks(to, &interfaces->list[i]);
		fputc(')', to);
	}
	if (!fclose(to))
		fprintf(stderr, "hdrtap: listening on %s, %u header elements\n", line, elements);
	free(line);
}
