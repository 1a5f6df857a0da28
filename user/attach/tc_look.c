/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libbpf loads an object's programs once, together. So each has an object of its own, which takes
 * the maps of the first and goes as soon as the program is there.
 */
#include "attach/tc_look.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/record.h>

#include "attach/load.h"
#include "attach/object_maps.h"
#include "attach/object_size.h"
#include "attach/stub.h"
#include "attach/tc_object.h"
#include "base/error.h"
#include "tc.skel.h"

const char *tc_look_name(__u8 direction, enum interface_link link)
{
	static const char *const names[HDRTAP_DIRECTION_MAX][TC_LOOK_LINKS] = {
		[HDRTAP_DIRECTION_RECEIVE] = { "hdrtap_receive_eth", "hdrtap_receive_ip" },
		[HDRTAP_DIRECTION_TRANSMIT] = { "hdrtap_transmit_eth", "hdrtap_transmit_ip" },
	};

	return names[direction][link];
}

static int prepare(struct hdrtap_tc *object, const struct hdrtap_tc *tc, const char *name)
{
	struct bpf_program *program;
	int err = object_size(object->obj, (const void *)&tc->rodata->config.size);

	bpf_object__for_each_program(program, object->obj)
	{
		bool wanted = !strcmp(bpf_program__name(program), name);

		if (!err)
			err = bpf_program__set_autoload(program, wanted);
	}
	return err ? err : object_maps_share(object->obj, tc->obj, NULL);
}

/* Returns the descriptor or -errno (reported). */
static int load(struct hdrtap_tc *object, const char *name, char *log)
{
	int err = hdrtap_tc__load(object), fd;

	if (err)
		return tc_object_refused(err, object, log);
	fd = fcntl(bpf_program__fd(bpf_object__find_program_by_name(object->obj, name)),
		   F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? fail(errno, LOAD_FAILED ": %s; raise the limit of open files",
			     strerror(errno))
		      : fd;
}

int tc_look_load(const struct hdrtap_tc *tc, __u8 direction, enum interface_link link,
		 const struct filter *filter)
{
	const char *name = tc_look_name(direction, link);
	char *log = calloc(1, LOAD_LOG_SIZE);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = log,
		    .kernel_log_size = log ? LOAD_LOG_SIZE : 0);
	int err = filter ? stub_register() : 0;
	struct hdrtap_tc *object = log && !err ? hdrtap_tc__open_opts(&opts) : NULL;

	if (!err)
		err = object ? prepare(object, tc, name) : -ENOMEM;
	if (!err && filter)
		err = stub_begin(object->obj, filter, link, BPF_PROG_TYPE_SCHED_CLS);
	if (err)
		err = fail(-err, LOAD_FAILED ": %s; check that there is enough free memory",
			   strerror(-err));
	else
		err = load(object, name, log);
	stub_end();
	hdrtap_tc__destroy(object);
	free(log);
	return err;
}
