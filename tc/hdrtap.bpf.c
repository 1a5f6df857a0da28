// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * TC classifiers at ingress and egress, for links with an Ethernet header and for links without.
 * All four share their maps. They look at packets and always let them pass on to the next program.
 * The others are run by user space, by BPF_PROG_TEST_RUN, with a packet that does not matter.
 */
#include <linux/pkt_cls.h>

#include "platform.h"
#include <hdrtap/stream/sweep.h>

/* What the sweep does next: one place of the pools per run. */
struct {
	__u64 before; /* from here on: struct hdrtap_sweep, which skeletons do not know */
	__u64 why;
	__u32 retired;
	__u32 number; /* of the place */
} volatile sweep;
_Static_assert(sizeof(sweep) >= sizeof(struct hdrtap_sweep) &&
		       __builtin_offsetof(struct hdrtap_sweep, why) == 8 &&
		       __builtin_offsetof(struct hdrtap_sweep, retired) == 16,
	       "the same layout");

/* For programs that outlive user space, in kernel ticks, which user space cannot read. */
struct {
	__u64 more;   /* that they look at packets, from now on */
	__u64 missed; /* that they did not look at packets until now, rounded up */
} volatile beat;

/*
 * Packets that reached us at each interface and direction: counted only for who is behind other
 * programs, where none may, see user/attach/reached.h.
 */
struct reached {
	__u64 packets[HDRTAP_DIRECTION_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, __u32); /* the interface's index */
	__type(value, struct reached);
} reached SEC(".maps");

const volatile __u8 counts_reached = 0; /* set before loading */

/* Global, because frames on the deepest way have no room for the key. */
HDRTAP_GLOBAL int count_reached(struct __sk_buff *skb, __u32 direction)
{
	__u32 ifindex = skb->ifindex;
	struct reached *count = bpf_map_lookup_elem(&reached, &ifindex);

	if (count && direction < HDRTAP_DIRECTION_MAX)
		count->packets[direction]++;
	return 0;
}

static __always_inline int pass(struct __sk_buff *skb, __u16 ethertype, __u8 direction)
{
	if (counts_reached)
		count_reached(skb, direction);
	look(skb, ethertype, direction);
	return TC_ACT_UNSPEC;
}

SEC("tc") int hdrtap_receive_eth(struct __sk_buff *skb)
{
	return pass(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int hdrtap_transmit_eth(struct __sk_buff *skb)
{
	return pass(skb, HDRTAP_ETHERTYPE_FRAME, HDRTAP_DIRECTION_TRANSMIT);
}

SEC("tc") int hdrtap_receive_ip(struct __sk_buff *skb)
{
	return pass(skb, 0, HDRTAP_DIRECTION_RECEIVE);
}

SEC("tc") int hdrtap_transmit_ip(struct __sk_buff *skb)
{
	return pass(skb, 0, HDRTAP_DIRECTION_TRANSMIT);
}

/* Looks at one place of the pools. */
SEC("tc") int hdrtap_idle(struct __sk_buff *skb)
{
	struct hdrtap_counters *count = element(&counters, HDRTAP_WORK_SWEEP);
	struct hdrtap_work *space = element(&work, HDRTAP_WORK_SWEEP);
	__u32 number = sweep.number;

	if (!count || !space)
		return 0;
	sweep.number = number + 1;
	space->origin.cpu = bpf_get_smp_processor_id();
	hdrtap_sweep(skb, space, count, number, (const struct hdrtap_sweep *)&sweep);
	return 0;
}

/* Puts off the time until which programs that outlive user space look at packets. */
SEC("tc") int hdrtap_beat(struct __sk_buff *skb __attribute__((unused)))
{
	__u64 now = bpf_jiffies64();

	beat.missed = now >= until ? now - until + 1 : 0;
	until = now + beat.more;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
