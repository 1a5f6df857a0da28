/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An error of one interface is never that of others, with two exceptions: at the start what was
 * named must work, and when no file can be opened there is no use in trying the next.
 */
#include "guard/live_attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/refusal.h"
#include "base/clock.h"
#include "base/descriptors.h"
#include "base/error.h"
#include "guard/promiscuous.h"

#define SLICE_NS     50000000ULL   /* of one call: signals and counters have to wait for it */
#define PAUSE_NS     1000000000ULL /* before the first try again */
#define PAUSE_MAX_NS (64 * PAUSE_NS)
#define LINE_MAX     16 /* interfaces that one line names */

static void say_short(int err, const char *what)
{
	if (err == -ENFILE)
		warn_line("%s: all files that this host may open are open; raise fs.file-max",
			  what);
	else
		warn_line("%s: all %llu files that hdrtap may open are open; raise the limit "
			  "with 'ulimit -Hn' or LimitNOFILE=",
			  what, descriptors_limit());
}

/* Says once, until all are attached again, that interfaces wait for files. */
static void say_waiting(struct live_interfaces *interfaces)
{
	char what[64];

	if (!interfaces->waiting)
		interfaces->said_short = false;
	if (!interfaces->blocked || interfaces->said_short)
		return;
	snprintf(what, sizeof(what), "%zu interface%s left out", interfaces->waiting,
		 interfaces->waiting == 1 ? " is" : "s are");
	say_short(interfaces->refused, what);
	interfaces->said_short = true;
}

static void note(const struct live_interfaces *interfaces, const struct live_interface *at)
{
	const char *name = at->interface.name;

	if (at->report.native_error)
		warn_line("%s: no native XDP (%s); using generic XDP, which may copy "
			  "packets",
			  name, strerror(-at->report.native_error));
	if (at->report.above)
		warn_line("%s: it is part of an interface that has an XDP program, and the "
			  "kernel allows only one of both; receiving by TC",
			  name);
	if (at->report.alone && interfaces->options->verbose)
		warn_line("%s: no libxdp dispatcher; no other XDP program can be "
			  "attached alongside hdrtap",
			  name);
	if (interfaces->listening)
		warn_line("listening on %s", live_interface_words(at));
}

void live_attach_failed(struct live_interfaces *interfaces, struct live_interface *at, int err)
{
	bool was_attached = at->attached;

	at->attached = false;
	if (err == -ENODEV) {
		at->gone = interfaces->changed = true;
		return;
	}
	interfaces->refused = err;
	if (refusal_is_for_caller(err)) {
		at->waiting = interfaces->blocked = true;
		interfaces->waiting++;
		return;
	}
	if (!was_attached && !at->pause)
		return;
	at->pause = !at->pause ? PAUSE_NS : at->pause < PAUSE_MAX_NS ? 2 * at->pause : at->pause;
	at->retry = clock_boottime() + at->pause;
}

static void make_promiscuous(struct live_interfaces *interfaces, struct live_interface *at)
{
	if (!interfaces->promiscuous || !at->named || at->promiscuous)
		return;
	promiscuous_begin(interfaces->promiscuous, &at->interface);
	at->promiscuous = true;
}

/* Returns 0 or -errno (reported as by attach_interface()). */
static int attach(struct live_interfaces *interfaces, struct live_interface *at)
{
	int err = attach_interface(interfaces->attach, &at->interface, at->directions, &at->report);

	at->waiting = false;
	interfaces->waiting--;
	at->retry = 0;
	if (err) {
		live_attach_failed(interfaces, at, err);
		return err;
	}
	at->attached = true;
	at->pause = 0;
	make_promiscuous(interfaces, at);
	note(interfaces, at);
	return 0;
}

static int attach_named(struct live_interfaces *interfaces, struct live_interface *at)
{
	const char *name = at->interface.name;
	int err = attach(interfaces, at);
	char what[64];

	if (err == -ENODEV)
		return fail(ENODEV,
			    "cannot capture on %s: it has just gone away; list interfaces "
			    "with -D",
			    name);
	if (refusal_is_for_caller(err)) {
		snprintf(what, sizeof(what), "cannot attach to %s", name);
		say_short(err, what);
	}
	return err;
}

int live_attach_begin(struct live_interfaces *interfaces, struct attach *attach,
		      live_tell_name tell_name, void *context)
{
	int err;

	interfaces->attach = attach;
	interfaces->tell_name = tell_name;
	interfaces->context = context;
	err = live_interfaces_tell_names(interfaces);
	for (size_t i = 0; i < interfaces->count && !err; i++)
		if (interfaces->list[i].named)
			err = attach_named(interfaces, &interfaces->list[i]);
	return err;
}

static unsigned int active_elements(const struct run_meta *meta)
{
	unsigned int count = 0;

	for (__u32 slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
		count += meta->slot[slot].active;
	return count;
}

/* One line in one piece. */
static void print(const struct live_interfaces *interfaces, size_t attached)
{
	char *line = NULL;
	size_t size, named = 0;
	FILE *to = open_memstream(&line, &size);

	if (!to)
		return;
	for (size_t i = 0; i < interfaces->count && named < LINE_MAX; i++)
		if (interfaces->list[i].attached)
			fprintf(to, "%s%s", named++ ? ", " : "",
				live_interface_words(&interfaces->list[i]));
	if (attached > named)
		fprintf(to, " and %zu more interfaces", attached - named);
	if (!fclose(to))
		warn_line("listening on %s, %u header elements", line,
			  active_elements(interfaces->options->meta));
	free(line);
}

/* Those that come while others are attached to may never end. */
static bool all_tried(const struct live_interfaces *interfaces)
{
	for (size_t i = 0; i < interfaces->count; i++)
		if (interfaces->list[i].waiting && interfaces->list[i].first)
			return interfaces->blocked;
	return true;
}

static int begin_listening(struct live_interfaces *interfaces)
{
	size_t attached = live_interfaces_attached(interfaces);

	if (!attached && interfaces->refused)
		return fail(-interfaces->refused,
			    "cannot capture on any: no interface could be attached to; see above");
	if (attached)
		print(interfaces, attached);
	else
		warn_line("no interface is up; waiting for one");
	interfaces->listening = true;
	return 0;
}

bool live_attach_waits(const struct live_interfaces *interfaces)
{
	return !interfaces->listening || (interfaces->waiting && !interfaces->blocked);
}

int live_attach_go_on(struct live_interfaces *interfaces)
{
	__u64 until = clock_boottime() + SLICE_NS;
	size_t i;

	for (i = 0; i < interfaces->count && !interfaces->blocked; i++)
		if (interfaces->list[i].waiting && clock_boottime() < until)
			attach(interfaces, &interfaces->list[i]);
	say_waiting(interfaces);
	return interfaces->listening || !all_tried(interfaces) ? 0 : begin_listening(interfaces);
}
