/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "xdp_way.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "attach/load.h"
#include "attach/xdp_object.h"
#include "xdp.skel.h"

#define ETHERNET 14
#define HEADERS  80 /* bytes of other headers that may be in the first buffer */

static struct hdrtap_xdp *xdp;

void xdp_way_open(const struct hdrtap_tc *object)
{
	static const struct interface loopback = { .index = 1, .link = INTERFACE_ETHERNET };
	static char log[LOAD_LOG_SIZE];
	int err = xdp_object_open(&xdp, object, &loopback, NULL, log);

	if (!err)
		err = hdrtap_xdp__load(xdp);
	if (!err)
		return;
	printf("FAIL set_up: the XDP program does not load: %s\n%s\n", strerror(-err), log);
	exit(1);
}

void xdp_way_close(void)
{
	hdrtap_xdp__destroy(xdp);
	xdp = NULL;
}

int xdp_way_program(void)
{
	return bpf_program__fd(xdp->progs.hdrtap_xdp_eth);
}

/* `linear`: bytes in the first buffer, 0: all that fit. */
static int run(const struct frame *frame, __u32 linear)
{
	struct xdp_md context = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame->bytes, .data_size_in = frame->length,
		    .ctx_in = linear ? &context : NULL, .ctx_size_in = linear ? sizeof(context) : 0,
		    .repeat = 1);
	int err = bpf_prog_test_run_opts(bpf_program__fd(xdp->progs.hdrtap_xdp_eth), &opts);

	return !err && opts.retval != XDP_PASS ? -EBADMSG : err;
}

static int run_cut(const struct frame *frame, __u32 linear)
{
	return run(frame, linear < frame->length ? linear : frame->length);
}

int xdp_way_whole(const struct hdrtap_tc *object, const struct frame *frame)
{
	(void)object;
	return run(frame, 0);
}

int xdp_way_ethernet(const struct hdrtap_tc *object, const struct frame *frame)
{
	(void)object;
	return run_cut(frame, ETHERNET);
}

int xdp_way_somewhere(const struct hdrtap_tc *object, const struct frame *frame)
{
	(void)object;
	return run_cut(frame, ETHERNET + frame->length % HEADERS);
}

bool xdp_way_cuts(void)
{
	__u8 bytes[64] = { 0 };
	const struct frame frame = { .bytes = bytes, .length = sizeof(bytes) };

	return !run(&frame, ETHERNET);
}
