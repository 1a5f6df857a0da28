/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A program can be in one place only when libxdp loads it (as the replacement of one function of
 * that interface's dispatcher), so every interface has an object of its own. All share one set of
 * maps. Only read-only data is theirs alone: where it holds what differs from object to object.
 */
#include "attach/xdp_object.h"

#include <errno.h>
#include <string.h>

#include "attach/load.h"
#include "attach/object_maps.h"
#include "attach/object_size.h"
#include "attach/refusal.h"
#include "attach/stub.h"
#include "base/error.h"
#include "tc.skel.h"
#include "xdp.skel.h"

static const struct load_needs needs = {
	.type = BPF_PROG_TYPE_XDP,
	.name = "XDP programs",
	.kernel_min = "5.18 for XDP", /* has bpf_xdp_load_bytes */
};

static int prepare(struct hdrtap_xdp *object, const struct hdrtap_tc *tc,
		   const struct interface *interface)
{
	bool ethernet = interface->link == INTERFACE_ETHERNET;
	int err = object_size(object->obj, (const void *)&tc->rodata->config.size);

	if (!err)
		err = object_maps_share(object->obj, tc->obj, object->maps.rodata);
	memcpy((void *)&object->rodata->config, (const void *)&tc->rodata->config,
	       sizeof(tc->rodata->config));
	*(__u8 *)&object->rodata->outlives = true;
	*(__u32 *)&object->rodata->attached_to = interface->index;
	if (!err)
		err = bpf_program__set_autoload(object->progs.hdrtap_xdp_eth, ethernet);
	if (!err)
		err = bpf_program__set_autoload(object->progs.hdrtap_xdp_ip, !ethernet);
	return err;
}

int xdp_object_open(struct hdrtap_xdp **object, const struct hdrtap_tc *tc,
		    const struct interface *interface, const struct filter *filter, char *log)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = log,
		    .kernel_log_size = LOAD_LOG_SIZE);
	int err = filter ? stub_register() : 0;

	*object = err ? NULL : hdrtap_xdp__open_opts(&opts);
	if (!err)
		err = *object ? prepare(*object, tc, interface) : -errno;
	if (!err && filter) {
		*(__u8 *)&(*object)->rodata->has_expression = true;
		err = stub_begin((*object)->obj, filter, interface->link, BPF_PROG_TYPE_XDP);
	}
	if (!err)
		return 0;
	hdrtap_xdp__destroy(*object);
	*object = NULL;
	if (refusal_is_for_caller(err))
		return err;
	return fail(-err, LOAD_FAILED ": %s; check that there is enough free memory",
		    strerror(-err));
}

int xdp_object_refused(int err, const struct hdrtap_xdp *object, char *log)
{
	return load_refused(err, object->obj, &needs, log);
}
