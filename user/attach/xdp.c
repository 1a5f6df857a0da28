/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libxdp pins what it chains, so that it outlives its process. The number of each of our programs
 * is owned by its process (owner.h); one whose number can be taken was left by a process that was
 * killed. From attaching to taking the number nobody else of us may look: that is a number, too.
 *
 * In generic mode the program does not say that it reads packets of several buffers: the kernel
 * makes one buffer of them then. Otherwise it may copy them, and Linux 6.18 forgets with that how
 * long their Ethernet header is, so that TC programs behind find the packet without it.
 *
 * Without a dispatcher libxdp attaches the program as it is. A link takes its place then, which
 * goes away with the process and follows the interface into other network namespaces.
 */
#include "attach/xdp.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xdp/libxdp.h>

#include "attach/capability.h"
#include "attach/load.h"
#include "attach/owner.h"
#include "attach/refusal.h"
#include "attach/stub.h"
#include "attach/xdp_object.h"
#include "base/error.h"
#include "xdp.skel.h"

#define PRIORITY_FIRST 1 /* before programs of libxdp's default, 50: it sees what they drop */
#define PRIORITY_LAST  1000
/* linux/bpf.h of Linux 5.18: the program can read packets of several buffers. */
#define XDP_HAS_FRAGS (1U << 5)

#define PROGRAM_PREFIX "hdrtap_xdp_"
#define OWNER_PROGRAM  "xdp"
#define OWNER_ATTACH   "xdp-attach"
#define LOCK_TRIES     1000 /* 10 ms apart */

struct xdp {
	unsigned int ifindex;
	enum interface_link link;
	bool last; /* behind other programs of a chain */
	struct xdp_state state;
	struct hdrtap_xdp *object;
	struct xdp_program *program;
	int link_fd;  /* alone; -1: none */
	int owner_fd; /* in a chain; -1: none */
	__u32 seen;   /* number of the program that the interface has: ours, or the dispatcher that
			 has ours in its chain */
};

static const enum xdp_attach_mode attach_modes[] = {
	[XDP_NATIVE] = XDP_MODE_NATIVE,
	[XDP_GENERIC] = XDP_MODE_SKB,
};

static const __u32 mode_flags[] = {
	[XDP_NATIVE] = XDP_FLAGS_DRV_MODE,
	[XDP_GENERIC] = XDP_FLAGS_SKB_MODE,
};

/* Returns a descriptor that keeps others of us from attaching until it is closed, or -errno. */
static int lock(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int fd = owner_take(OWNER_ATTACH, 0);

	for (int i = 0; i < LOCK_TRIES && fd == -EADDRINUSE; i++) {
		nanosleep(&pause, NULL);
		fd = owner_take(OWNER_ATTACH, 0);
	}
	return fd;
}

static bool is_ours(struct xdp_program *program)
{
	return !strncmp(xdp_program__name(program), PROGRAM_PREFIX, strlen(PROGRAM_PREFIX));
}

/* Whether the process of one of ours is dead. */
static bool is_left(struct xdp_program *program)
{
	int fd = owner_take(OWNER_PROGRAM, xdp_program__id(program));
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static unsigned int clear_chain(struct xdp_multiprog *chain, unsigned int ifindex,
				unsigned int *removed)
{
	enum xdp_attach_mode mode = xdp_multiprog__attach_mode(chain);
	struct xdp_program *program = NULL;
	unsigned int stay = 0;

	while ((program = xdp_multiprog__next_prog(program, chain))) {
		if (!is_ours(program))
			continue;
		if (is_left(program) && !xdp_program__detach(program, ifindex, mode, 0))
			++*removed;
		else
			stay++;
	}
	return stay;
}

unsigned int xdp_clear(unsigned int ifindex, unsigned int *removed)
{
	struct xdp_multiprog *chain;
	unsigned int stay = 0;

	libxdp_set_print(NULL);
	chain = xdp_multiprog__get_from_ifindex(ifindex);
	if (libxdp_get_error(chain))
		return 0;
	if (!xdp_multiprog__is_legacy(chain))
		stay = clear_chain(chain, ifindex, removed);
	xdp_multiprog__close(chain);
	return stay;
}

static struct bpf_program *program_for(const struct hdrtap_xdp *object, enum interface_link link)
{
	return link == INTERFACE_ETHERNET ? object->progs.hdrtap_xdp_eth
					  : object->progs.hdrtap_xdp_ip;
}

/* Attaches a loaded program by a link. Returns 0 or -errno. */
static int hold_alone(struct xdp *xdp, const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode_flags[xdp->state.mode]);

	xdp->state.alone = true;
	xdp->link_fd = bpf_link_create(bpf_program__fd(program), xdp->ifindex, BPF_XDP, &opts);
	return xdp->link_fd < 0 ? -errno : 0;
}

static int attach_alone(struct xdp *xdp, const struct bpf_program *program)
{
	int err = bpf_object__load(xdp->object->obj);

	return err ? err : hold_alone(xdp, program);
}

/* libxdp attached the program without a dispatcher. */
static int take_from_libxdp(struct xdp *xdp, const struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = bpf_program__fd(program));
	int err = bpf_xdp_detach(xdp->ifindex, mode_flags[xdp->state.mode], &opts);

	return err ? err : hold_alone(xdp, program);
}

/* In the dispatcher's chain, if there can be one. */
static int attach_chained(struct xdp *xdp, const struct bpf_program *program)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .obj = xdp->object->obj,
			    .prog_name = bpf_program__name(program));
	int err;

	xdp->program = xdp_program__create(&opts);
	if (!xdp->program)
		return -errno;
	err = xdp_program__set_run_prio(xdp->program, xdp->last ? PRIORITY_LAST : PRIORITY_FIRST);
	if (!err)
		err = xdp_program__attach(xdp->program, xdp->ifindex, attach_modes[xdp->state.mode],
					  0);
	if (err)
		return err;
	if (bpf_program__type(program) != BPF_PROG_TYPE_EXT)
		return take_from_libxdp(xdp, program);
	xdp->owner_fd = owner_take(OWNER_PROGRAM, xdp_program__id(xdp->program));
	return xdp->owner_fd < 0 ? xdp->owner_fd : 0;
}

/* libxdp finds what is attached by its number, which takes CAP_SYS_ADMIN. */
static int attach_program(struct xdp *xdp, const struct bpf_program *program)
{
	return capability_effective(CAP_SYS_ADMIN) ? attach_chained(xdp, program)
						   : attach_alone(xdp, program);
}

static struct xdp *xdp_new(const struct interface *interface, struct xdp_options options)
{
	struct xdp *xdp = calloc(1, sizeof(*xdp));

	if (!xdp)
		return NULL;
	xdp->ifindex = interface->index;
	xdp->link = interface->link;
	xdp->last = options.last;
	xdp->state.mode = options.mode;
	xdp->link_fd = -1;
	xdp->owner_fd = -1;
	return xdp;
}

/* Whether another program is in the way. */
static bool is_busy(int err)
{
	return err == -EBUSY || err == -EEXIST;
}

/* The number of the program that the interface has, 0: none. Returns 0 or -errno. */
static int attached_id(const struct xdp *xdp, __u32 *id)
{
	*id = 0;
	return bpf_xdp_query_id(xdp->ifindex, mode_flags[xdp->state.mode], id);
}

/* What one attempt came to. */
struct attempt {
	struct xdp *xdp;
	int err;
	bool said;
};

/* In XDP_NATIVE or XDP_GENERIC. */
static struct attempt attempt(const struct hdrtap_tc *tc, const struct interface *interface,
			      struct xdp_options options, char *log)
{
	struct attempt result = { .xdp = xdp_new(interface, options) };
	struct xdp *xdp = result.xdp;
	struct bpf_program *program;

	if (!xdp)
		return (struct attempt){ .err = -ENOMEM };
	result.err = xdp_object_open(&xdp->object, tc, interface, options.filter, log);
	result.said = result.err && !refusal_is_for_caller(result.err);
	if (!result.err) {
		program = program_for(xdp->object, interface->link);
		bpf_program__set_flags(program, options.mode == XDP_NATIVE ? XDP_HAS_FRAGS : 0);
		result.err = attach_program(xdp, program);
		result.said = result.err && !is_busy(result.err) &&
			      !refusal_is_for_caller(result.err) &&
			      bpf_program__fd(program) < 0; /* it was not loaded */
		if (result.said)
			result.err = xdp_object_refused(result.err, xdp->object, log);
		stub_end();
	}
	if (result.err) {
		xdp_detach(xdp);
		result.xdp = NULL;
	} else {
		attached_id(xdp, &xdp->seen);
	}
	return result;
}

/* Whether generic mode may work where native mode failed with `err`. */
static bool is_for_generic(int err)
{
	return err && err != -EPERM && err != -EACCES && !is_busy(err) &&
	       !refusal_is_for_caller(err);
}

static struct attempt attach_in_mode(const struct hdrtap_tc *tc, const struct interface *interface,
				     struct xdp_options options, char *log)
{
	struct attempt result, native;

	if (options.mode != XDP_AUTO)
		return attempt(tc, interface, options, log);
	options.mode = XDP_NATIVE;
	native = attempt(tc, interface, options, log);
	if (native.said || !is_for_generic(native.err))
		return native;
	options.mode = XDP_GENERIC;
	result = attempt(tc, interface, options, log);
	if (!result.err)
		result.xdp->state.native_error = native.err;
	return result;
}

/* Whether the program in the way is not the interface's own: the kernel takes none on one that is
 * part of another (bond, bridge) that has one. */
static bool is_above(int err, unsigned int index)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, opts);

	return is_busy(err) && !bpf_xdp_query(index, 0, &opts) &&
	       opts.attach_mode == XDP_ATTACHED_NONE;
}

static int refused(int err, const struct interface *interface)
{
	char what[64];

	err = refusal_of(err, interface->index);
	if (refusal_is_for_caller(err))
		return err;
	snprintf(what, sizeof(what), "cannot attach XDP to %s", interface->name);
	if (err == -EPERM || err == -EACCES)
		return fail_not_permitted(-err, what);
	if (is_above(err, interface->index))
		return fail(-err,
			    "%s: it is part of an interface that has an XDP program, and the "
			    "kernel allows only one of both; capture on that one, or use "
			    "--hook tc",
			    what);
	if (is_busy(err))
		return fail(-err,
			    "%s: another XDP program is attached and cannot be shared "
			    "with; find it with 'bpftool net' and remove it, or use "
			    "--hook tc",
			    what);
	return fail(-err, "%s: %s; use --hook tc", what, strerror(-err));
}

int xdp_attach(struct xdp **xdp, const struct hdrtap_tc *tc, const struct interface *interface,
	       struct xdp_options options)
{
	struct attempt result = { .err = -ENOMEM };
	unsigned int removed = 0;
	char *log = calloc(1, LOAD_LOG_SIZE);
	int lock_fd = lock();

	libxdp_set_print(NULL);
	if (log) /* the program takes long to load, so not for one that vanished */
		result.err = lock_fd < 0 ? lock_fd : refusal_of(0, interface->index);
	if (!result.err) {
		xdp_clear(interface->index, &removed);
		result = attach_in_mode(tc, interface, options, log);
	}
	if (lock_fd >= 0)
		close(lock_fd);
	free(log);
	*xdp = result.xdp;
	if (!result.err || result.said)
		return result.err;
	if (options.mode != XDP_NATIVE && is_above(result.err, interface->index))
		return XDP_ABOVE;
	return refused(result.err, interface);
}

struct xdp_state xdp_state(const struct xdp *xdp)
{
	return xdp->state;
}

static bool is_in_chain(const struct xdp *xdp)
{
	struct xdp_multiprog *chain = xdp_multiprog__get_from_ifindex(xdp->ifindex);
	struct xdp_program *program = NULL;
	bool found = false;

	if (libxdp_get_error(chain))
		return false;
	while (!found && (program = xdp_multiprog__next_prog(program, chain)))
		found = xdp_program__id(program) == xdp_program__id(xdp->program);
	xdp_multiprog__close(chain);
	return found;
}

/* The chain is looked through only when its dispatcher is another: others come and go with one. */
bool xdp_is_there(struct xdp *xdp)
{
	__u32 id;
	int err = attached_id(xdp, &id);

	if (err)
		return err != -ENODEV;
	if (id && id == xdp->seen)
		return true;
	if (!id || xdp->state.alone || !is_in_chain(xdp))
		return false;
	xdp->seen = id;
	return true;
}

const struct bpf_program *xdp_program_of(const struct xdp *xdp)
{
	return program_for(xdp->object, xdp->link);
}

int xdp_detach(struct xdp *xdp)
{
	int err = 0;

	if (!xdp)
		return 0;
	if (xdp->link_fd >= 0) {
		bpf_link_detach(xdp->link_fd);
		close(xdp->link_fd);
	} else if (xdp->program && xdp_program__fd(xdp->program) >= 0) {
		err = xdp_program__detach(xdp->program, xdp->ifindex, attach_modes[xdp->state.mode],
					  0);
	}
	if (xdp->owner_fd >= 0)
		close(xdp->owner_fd);
	xdp_program__close(xdp->program);
	hdrtap_xdp__destroy(xdp->object);
	free(xdp);
	return err == -ENOENT || err == -ENODEV ? 0 : err;
}
