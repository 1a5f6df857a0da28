/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "verdicts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "attach/stub.h"
#include "kernel.h"
#include "reference.h"
#include "verdict.skel.h"
#include "verdict_xdp.skel.h"

#define ETHERNET 14
#define SHORTEST 15 /* packet that BPF_PROG_TEST_RUN takes */
#define TAG      4
#define TAG_AT   12

static const char *const way_names[WAYS] = { "tc", "tag beside", "service tag beside", "xdp",
					     "without Ethernet" };
static const __u32 way_tags[WAYS] = { [WAY_TAG] = 0x8100a064, [WAY_SERVICE] = 0x88a80fff };

struct verdicts {
	const struct filter *filter;
	struct hdrtap_verdict *tc, *ip;
	struct hdrtap_verdict_xdp *xdp;
};

static struct hdrtap_verdict *load_tc(const struct filter *filter, enum interface_link link)
{
	struct hdrtap_verdict *object = hdrtap_verdict__open();
	int err = object ? stub_begin(object->obj, filter, link, BPF_PROG_TYPE_SCHED_CLS) : -errno;

	if (!err)
		err = hdrtap_verdict__load(object);
	stub_end();
	if (!err)
		return object;
	hdrtap_verdict__destroy(object);
	return NULL;
}

static struct hdrtap_verdict_xdp *load_xdp(const struct filter *filter)
{
	struct hdrtap_verdict_xdp *object = hdrtap_verdict_xdp__open();
	int err = object ? stub_begin(object->obj, filter, INTERFACE_ETHERNET, BPF_PROG_TYPE_XDP)
			 : -errno;

	if (!err)
		err = hdrtap_verdict_xdp__load(object);
	stub_end();
	if (!err)
		return object;
	hdrtap_verdict_xdp__destroy(object);
	return NULL;
}

/* Returns whether all that there is could be loaded. */
static bool load(struct verdicts *v)
{
	bool ethernet = v->filter->program[FILTER_ETHERNET].insn;
	bool ip = v->filter->program[FILTER_IP].insn;

	if (ethernet) {
		v->tc = load_tc(v->filter, INTERFACE_ETHERNET);
		v->xdp = v->tc ? load_xdp(v->filter) : NULL;
	}
	if (ip)
		v->ip = load_tc(v->filter, INTERFACE_IP);
	return (!ethernet || v->xdp) && (!ip || v->ip);
}

struct verdicts *verdicts_open(const struct filter *filter)
{
	struct verdicts *v = calloc(1, sizeof(*v));

	if (!v || stub_register())
		abort();
	v->filter = filter;
	if (load(v))
		return v;
	verdicts_close(v);
	return NULL;
}

void verdicts_close(struct verdicts *v)
{
	if (!v)
		return;
	hdrtap_verdict__destroy(v->tc);
	hdrtap_verdict__destroy(v->ip);
	hdrtap_verdict_xdp__destroy(v->xdp);
	free(v);
}

static int run_tc(const struct bpf_program *program, const __u8 *bytes, __u32 length, __u32 tag)
{
	struct __sk_buff context = { .mark = tag };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = bytes, .data_size_in = length,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1);

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts) || opts.retval > 1)
		return -1;
	return opts.retval;
}

static int run_xdp(const struct bpf_program *program, const __u8 *bytes, __u32 length)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = bytes, .data_size_in = length, .repeat = 1);

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts))
		return -1;
	return opts.retval == XDP_PASS ? 1 : opts.retval == XDP_DROP ? 0 : -1;
}

int verdicts_kernel(const struct verdicts *v, int way, const struct frame *frame)
{
	switch (way) {
	case WAY_XDP:
		return run_xdp(v->xdp->progs.verdict_xdp, frame->bytes, frame->length);
	case WAY_IP:
		return run_tc(v->ip->progs.verdict_ip, frame->bytes + ETHERNET,
			      frame->length - ETHERNET, 0);
	default:
		return run_tc(v->tc->progs.verdict_eth, frame->bytes, frame->length, way_tags[way]);
	}
}

int verdicts_sent(const struct verdicts *v, const struct frame *frame)
{
	return run_tc(v->tc->progs.verdict_out, frame->bytes, frame->length, 0);
}

/* The packet with its tag in it. */
static __u32 put_tag(__u8 *to, const struct frame *frame, __u32 tag)
{
	memcpy(to, frame->bytes, TAG_AT);
	for (int i = 0; i < TAG; i++)
		to[TAG_AT + i] = tag >> (24 - 8 * i);
	memcpy(to + TAG_AT + TAG, frame->bytes + TAG_AT, frame->length - TAG_AT);
	return frame->length + TAG;
}

static bool libpcap(const struct verdicts *v, int way, const struct frame *frame)
{
	static __u8 tagged[KERNEL_FRAME_MAX + TAG];

	if (way == WAY_IP)
		return reference_passes(&v->filter->program[FILTER_IP], frame->bytes + ETHERNET,
					frame->length - ETHERNET);
	if (way_tags[way])
		return reference_passes(&v->filter->program[FILTER_ETHERNET], tagged,
					put_tag(tagged, frame, way_tags[way]));
	return reference_passes(&v->filter->program[FILTER_ETHERNET], frame->bytes, frame->length);
}

static bool has_way(const struct verdicts *v, int way, const struct frame *frame)
{
	if (frame->length > KERNEL_FRAME_MAX)
		return false;
	return way == WAY_IP ? v->ip && frame->length >= ETHERNET + SHORTEST
			     : v->tc && frame->length >= SHORTEST;
}

void verdicts_compare(const struct verdicts *v, const struct frame *frame, int ways,
		      struct tally *tally)
{
	for (int way = 0; way < ways; way++) {
		int expected, got;

		if (!has_way(v, way, frame))
			continue;
		expected = libpcap(v, way, frame);
		got = verdicts_kernel(v, way, frame);
		tally->packets++;
		tally->passed += expected;
		if (expected != got && !tally->differ++)
			printf("%s, %s, a packet of %u bytes: %d by libpcap, %d in the kernel\n",
			       v->filter->expression, way_names[way], frame->length, expected, got);
	}
}
