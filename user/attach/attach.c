/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A TCX link (Linux 6.6) goes away with its owner and can be put before all others. Where the
 * kernel has none, or is not to use them, filters on the clsact qdisc do the same with more care
 * (clsact.h). Reception can be XDP's instead (xdp.h).
 */
#include "attach/attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/attached.h"
#include "attach/capability.h"
#include "attach/clsact.h"
#include "attach/reached.h"
#include "attach/refusal.h"
#include "attach/stub.h"
#include "attach/tc_object.h"
#include "attach/tcx.h"
#include "attach/xdp.h"
#include "base/descriptors.h"
#include "base/error.h"
#include "tc.skel.h"

#define LOOPBACK 1 /* index of an interface that is always there */

int attach_open(struct attach **to, const struct hdrtap_settings *settings,
		const struct attach_options *options)
{
	static const struct hdrtap_config defaults = HDRTAP_CONFIG_DEFAULT;
	struct hdrtap_config config = options->config ? *options->config : defaults;
	struct attach *attach = calloc(1, sizeof(*attach));
	__u64 missed;
	int err;

	if (!attach)
		return fail(ENOMEM, "cannot attach: out of memory; free some memory");
	memset(attach->look_fd, -1, sizeof(attach->look_fd));
	attach->hook = options->hook;
	attach->last = options->last;
	attach->filter = options->filter;
	attach->use_clsact = options->clsact_only || !tcx_is_known(LOOPBACK);
	err = tc_object_load(&attach->object, settings, &config,
			     (struct tc_object_options){ .outlives = attach->use_clsact,
							 .counts = attach->last,
							 .later = true,
							 .expression = options->filter });
	if (!err)
		err = attach_beat(attach, &missed);
	if (err) {
		attach_close(attach);
		return err;
	}
	*to = attach;
	return 0;
}

/* Whether programs may be attached that look at packets only as long as we say so. */
static bool may_outlive(const struct attach *attach)
{
	return attach->use_clsact || attach->hook != ATTACH_TC;
}

static int keep_active(struct attach *attach)
{
	__u64 missed;
	int err;

	if (!may_outlive(attach))
		return 0;
	err = tc_object_beat(attach->object, ATTACH_BEAT_NS, &missed);
	if (err)
		return fail(-err, "cannot keep the programs active: %s; please report it",
			    strerror(-err));
	if (attach->active)
		attach->missed += missed;
	return 0;
}

int attach_beat(struct attach *attach, __u64 *missed)
{
	int err = keep_active(attach);

	*missed = attach->missed;
	attach->missed = 0;
	return err;
}

struct attach_maps attach_maps(const struct attach *attach)
{
	return (struct attach_maps){
		.events = bpf_map__fd(attach->object->maps.events),
		.counters = bpf_map__fd(attach->object->maps.counters),
	};
}

void attach_programs(const struct attach *attach,
		     void (*visit)(void *context, const char *name, int fd), void *context)
{
	const struct bpf_program *xdp;

	for (__u8 direction = 0; direction < HDRTAP_DIRECTION_MAX; direction++)
		for (int link = 0; link < TC_LOOK_LINKS; link++)
			if (attach->look_fd[direction][link] >= 0)
				visit(context, tc_look_name(direction, link),
				      attach->look_fd[direction][link]);
	for (size_t i = 0; i < attach->count; i++) {
		const struct attached *at = attach->list[i];

		xdp = at->xdp ? xdp_program_of(at->xdp) : NULL;
		if (xdp)
			visit(context, bpf_program__name(xdp), bpf_program__fd(xdp));
	}
}

/* Returns the program's descriptor or -errno (reported). */
static int program_for(struct attach *attach, enum interface_link link, __u8 direction)
{
	int *fd = &attach->look_fd[direction][link];
	int loaded;

	if (*fd >= 0)
		return *fd;
	loaded = tc_look_load(attach->object, direction, link, attach->filter);
	if (loaded >= 0)
		*fd = loaded;
	return loaded;
}

/* Returns the link's descriptor or -errno. */
static int link_tcx(int program_fd, unsigned int ifindex, __u8 direction, bool last)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = last ? TCX_AFTER : TCX_BEFORE);
	int fd = bpf_link_create(program_fd, ifindex,
				 direction == HDRTAP_DIRECTION_RECEIVE ? TCX_INGRESS : TCX_EGRESS,
				 &opts);

	return fd >= 0 ? fd : -errno;
}

static int attach_clsact(struct attach *attach, struct attached *at, __u8 direction, int program_fd)
{
	int err = attach->clsact ? 0 : clsact_open(&attach->clsact);

	return err ? err
		   : clsact_attach(attach->clsact, at->interface.index, direction, program_fd,
				   attach->last);
}

/* 0: the kernel does not tell. */
static __u32 id_of(int program_fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(program_fd, &info, &size) ? 0 : info.id;
}

static int attach_program(struct attach *attach, struct attached *at, __u8 direction,
			  int program_fd)
{
	int fd;

	at->program_id[direction] = id_of(program_fd);
	if (attach->use_clsact)
		return attach_clsact(attach, at, direction, program_fd);
	fd = link_tcx(program_fd, at->interface.index, direction, attach->last);
	if (fd < 0)
		return fd;
	at->link_fd[direction] = fd;
	return 0;
}

static const enum xdp_mode xdp_modes[] = {
	[ATTACH_XDP] = XDP_AUTO,
	[ATTACH_XDP_NATIVE] = XDP_NATIVE,
	[ATTACH_XDP_GENERIC] = XDP_GENERIC,
};

static int refused(int err, const struct interface *interface)
{
	char what[64];

	err = refusal_of(err, interface->index);
	if (refusal_is_for_caller(err))
		return err;
	snprintf(what, sizeof(what), "cannot attach to %s", interface->name);
	if (err == -EPERM || err == -EACCES)
		return fail_not_permitted(-err, what);
	if (err == -EUSERS)
		return fail(-err, "%s: too many captures are running here; stop one", what);
	if (err == -ENOMEM)
		return fail(-err, "%s: out of memory; free some memory", what);
	return fail(-err, "%s: %s; look for conflicts with 'tc qdisc' and 'tc filter'", what,
		    strerror(-err));
}

static int attach_tc(struct attach *attach, struct attached *at, __u8 direction)
{
	int program_fd = program_for(attach, at->interface.link, direction), err;

	if (program_fd < 0)
		return program_fd;
	err = attach_program(attach, at, direction, program_fd);
	return err ? refused(err, &at->interface) : 0;
}

int attached_add(struct attach *attach, struct attached *at, __u8 direction)
{
	bool by_xdp = attach->hook != ATTACH_TC && direction == HDRTAP_DIRECTION_RECEIVE;
	int err = 0;

	if (by_xdp) {
		err = xdp_attach(&at->xdp, attach->object, &at->interface,
				 (struct xdp_options){ xdp_modes[attach->hook], attach->last,
						       attach->filter });
		at->above = err == XDP_ABOVE;
	}
	if (!by_xdp || at->above)
		err = attach_tc(attach, at, direction);
	if (err)
		return err;
	err = keep_active(attach); /* it may have taken long to load a program */
	attach->active = true;
	return err;
}

int attached_drop(struct attached *at, __u8 direction)
{
	int err = 0;

	if (direction == HDRTAP_DIRECTION_RECEIVE) {
		err = xdp_detach(at->xdp);
		at->xdp = NULL;
	}
	if (at->link_fd[direction] < 0)
		return err;
	/* fails only when the interface took the link with it */
	bpf_link_detach(at->link_fd[direction]);
	close(at->link_fd[direction]);
	at->link_fd[direction] = -1;
	return err;
}

/* Takes an interface's programs away. Returns 0 or -errno, saying nothing. */
static int detach_one(struct attach *attach, struct attached *at)
{
	int result = 0, err;

	if (attach->last)
		reached_end(attach->object, at->interface.index);
	for (__u8 i = 0; i < HDRTAP_DIRECTION_MAX; i++) {
		err = attached_drop(at, i);
		result = result ? result : err;
	}
	err = attach->clsact ? clsact_detach(attach->clsact, at->interface.index) : 0;
	return result ? result : err;
}

/* Where that interface is in the list, or would be. */
static size_t place_of(const struct attach *attach, unsigned int ifindex)
{
	size_t low = 0, high = attach->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (attach->list[middle]->interface.index < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct attached *attached_find(const struct attach *attach, unsigned int ifindex)
{
	size_t i = place_of(attach, ifindex);

	return i < attach->count && attach->list[i]->interface.index == ifindex ? attach->list[i]
										: NULL;
}

/* Returns one that is in the list, with nothing attached yet, NULL: out of memory. */
static struct attached *attached_new(struct attach *attach, const struct interface *interface,
				     __u32 directions)
{
	size_t room = attach->room ? 2 * attach->room : 16, i = place_of(attach, interface->index);
	struct attached *at = calloc(1, sizeof(*at)), **list = attach->list;

	if (at && attach->count == attach->room) {
		list = reallocarray(list, room, sizeof(struct attached *));
		attach->list = list ? list : attach->list;
		attach->room = list ? room : attach->room;
	}
	if (!at || !list) {
		free(at);
		return NULL;
	}
	at->interface = *interface;
	at->directions = directions;
	for (int k = 0; k < HDRTAP_DIRECTION_MAX; k++)
		at->link_fd[k] = -1;
	memmove(&list[i + 1], &list[i], (attach->count++ - i) * sizeof(struct attached *));
	list[i] = at;
	return at;
}

struct attach_report attached_report(const struct attached *at)
{
	struct xdp_state state;

	if (!at->xdp)
		return (struct attach_report){ .receive = ATTACH_TC, .above = at->above };
	state = xdp_state(at->xdp);
	return (struct attach_report){
		.receive = state.mode == XDP_NATIVE ? ATTACH_XDP_NATIVE : ATTACH_XDP_GENERIC,
		.alone = state.alone,
		.native_error = state.native_error,
	};
}

int attach_interface(struct attach *attach, const struct interface *interface, __u32 directions,
		     struct attach_report *report)
{
	struct attached *at;
	int err = 0;

	if (stub_is_refused(attach->filter, interface->link))
		return stub_refused(attach->filter, interface);
	at = attached_new(attach, interface, directions);
	if (!at)
		return fail(ENOMEM, "cannot attach to %s: out of memory; free some memory",
			    interface->name);
	descriptors_reserve(true);
	for (__u8 i = HDRTAP_DIRECTION_RECEIVE; i <= HDRTAP_DIRECTION_TRANSMIT && !err; i++)
		if (directions & 1U << i)
			err = attached_add(attach, at, i);
	descriptors_reserve(false);
	if (!err && attach->last) {
		err = reached_begin(attach->object, interface->index);
		err = err ? refused(err, interface) : 0;
	}
	if (err)
		attach_let_go(attach, interface->index);
	else
		*report = attached_report(at);
	return err;
}

void attach_let_go(struct attach *attach, unsigned int ifindex)
{
	struct attached *at = attached_find(attach, ifindex);
	size_t i = place_of(attach, ifindex);

	if (!at)
		return;
	detach_one(attach, at);
	free(at);
	attach->count--;
	memmove(&attach->list[i], &attach->list[i + 1],
		(attach->count - i) * sizeof(struct attached *));
}

int attach_detach(struct attach *attach)
{
	int result = 0, err;

	while (attach->count) {
		struct attached *at = attach->list[attach->count - 1];

		err = detach_one(attach, at);
		if (err)
			result = fail(-err,
				      "cannot detach from %s: %s; remove what is left with 'tc "
				      "filter' and 'xdp-loader'",
				      at->interface.name, strerror(-err));
		attach->count--;
		free(at);
	}
	err = tc_object_wait();
	if (err)
		result = fail(-err,
			      "cannot wait for running programs: %s; the counters may miss "
			      "the last packets",
			      strerror(-err));
	return result;
}

int attach_sweep(struct attach *attach, __u64 before, __u64 why)
{
	int err = tc_object_sweep(attach->object, before, why);

	if (err)
		return fail(-err, "cannot search for unfinished heads: %s; please report it",
			    strerror(-err));
	return 0;
}

int attach_change(struct attach *attach, const struct hdrtap_settings *settings)
{
	int err = tc_object_change(attach->object, settings);

	if (err)
		return fail(-err,
			    "cannot change the settings: %s; the old settings stay in "
			    "effect",
			    strerror(-err));
	return 0;
}

void attach_close(struct attach *attach)
{
	if (!attach)
		return;
	if (attach->count)
		attach_detach(attach);
	for (__u8 direction = 0; direction < HDRTAP_DIRECTION_MAX; direction++)
		for (int link = 0; link < TC_LOOK_LINKS; link++)
			if (attach->look_fd[direction][link] >= 0)
				close(attach->look_fd[direction][link]);
	free(attach->list);
	clsact_close(attach->clsact);
	hdrtap_tc__destroy(attach->object);
	free(attach);
}
