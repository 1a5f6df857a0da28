/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every packet of every capture passes a veth pair, and somebody else's programs sum them up in
 * front of hdrtap's and behind: with and without hdrtap, at both ends, all sums are the same. With
 * XDP both are behind it.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>

#include "attach/attach.h"
#include "frames.h"
#include "kernel.h"
#include "live_net.h"
#include "sum.skel.h"

#define TCX_INGRESS ((enum bpf_attach_type)46)
#define TCX_EGRESS  ((enum bpf_attach_type)47)
#define TCX_BEFORE  (1U << 3)
#define TCX_AFTER   (1U << 4)

#define RECEIVE  (1U << HDRTAP_DIRECTION_RECEIVE)
#define TRANSMIT (1U << HDRTAP_DIRECTION_TRANSMIT)

struct sums {
	__u64 packets, bytes, hash;
};

/* What was summed up of one direction. */
struct passed {
	struct sums before, behind;
	__u64 looked_at; /* packets that hdrtap counted */
};

static struct frames frames;
static int packet_socket;

static void add_capture(void *context, const char *path, const char *file)
{
	(void)context, (void)file;
	if (frames_read(&frames, path))
		printf("%s cannot be read\n", path);
}

static void open_socket(void)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("v0") };

	packet_socket = socket(AF_PACKET, SOCK_RAW, 0);
	if (packet_socket < 0 || bind(packet_socket, (struct sockaddr *)&to, sizeof(to))) {
		printf("FAIL set_up: no packet socket: %s\n", strerror(errno));
		exit(1);
	}
}

/* Returns how many the kernel took: none without a whole Ethernet header or longer than the MTU. */
static __u64 send_all(void)
{
	__u64 sent = 0;

	for (size_t i = 0; i < frames.count; i++)
		sent += send(packet_socket, frames.list[i].bytes, frames.list[i].length, 0) ==
			(ssize_t)frames.list[i].length;
	return sent;
}

static int link_sum(const struct bpf_program *program, const char *name, enum bpf_attach_type type,
		    __u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	return bpf_link_create(bpf_program__fd(program), if_nametoindex(name), type, &opts);
}

static __u64 looked_at(const struct attach *attach)
{
	int cpus = libbpf_num_possible_cpus();
	struct hdrtap_counters counters[cpus];
	__u32 key = 0;
	__u64 sum = 0;

	if (bpf_map_lookup_elem(attach_maps(attach).counters, &key, counters))
		return 0;
	for (int cpu = 0; cpu < cpus; cpu++)
		sum += counters_packets(&counters[cpu]);
	return sum;
}

static struct attach *begin(const struct hdrtap_settings *settings, enum attach_hook hook,
			    const char *name, __u32 direction)
{
	struct interface interface;
	struct attach_report report;
	struct attach *attach;

	if (attach_open(&attach, settings, &(struct attach_options){ .hook = hook }) ||
	    interface_find(&interface, name) ||
	    attach_interface(attach, &interface, direction, &report))
		exit(1);
	return attach;
}

/* All frames pass the direction; `settings` NULL: without hdrtap. */
static struct passed pass(const struct hdrtap_settings *settings, enum attach_hook hook,
			  __u32 direction)
{
	enum bpf_attach_type type = direction == RECEIVE ? TCX_INGRESS : TCX_EGRESS;
	const char *name = direction == RECEIVE ? "v1" : "v0";
	struct attach *attach = settings ? begin(settings, hook, name, direction) : NULL;
	struct hdrtap_sum *sum = hdrtap_sum__open_and_load();
	int before = sum ? link_sum(sum->progs.sum_before, name, type, TCX_BEFORE) : -1;
	int behind = sum ? link_sum(sum->progs.sum_behind, name, type, TCX_AFTER) : -1;
	struct passed passed = { 0 };

	if (before < 0 || behind < 0) {
		printf("skip unchanged: this kernel has no TCX links to put programs on both "
		       "sides\n");
		exit(0);
	}
	send_all();
	memcpy(&passed.before, sum->bss->before, sizeof(passed.before));
	memcpy(&passed.behind, sum->bss->behind, sizeof(passed.behind));
	if (attach)
		passed.looked_at = looked_at(attach);
	close(before);
	close(behind);
	hdrtap_sum__destroy(sum);
	attach_close(attach);
	return passed;
}

static bool same(const struct sums *one, const struct sums *other)
{
	return !memcmp(one, other, sizeof(*one));
}

static void compare(const char *name, const struct passed *without, const struct passed *with)
{
	char line[64];

	printf("%s: %llu packets, %llu bytes, sum %llx; hdrtap looked at %llu\n", name,
	       with->before.packets, with->before.bytes, with->before.hash, with->looked_at);
	snprintf(line, sizeof(line), "%s_seen", name);
	check(line, with->looked_at >= with->before.packets && with->before.packets > 1000,
	      "hdrtap did not see them");
	snprintf(line, sizeof(line), "%s_in_front", name);
	check(line, same(&without->before, &with->before), "other packets came");
	snprintf(line, sizeof(line), "%s_behind", name);
	check(line, same(&without->behind, &with->behind), "packets were changed or lost");
	snprintf(line, sizeof(line), "%s_both_sides", name);
	check(line, same(&with->before, &with->behind), "packets differ in front and behind");
}

int main(void)
{
	const char *root = getenv("HDRTAP_ROOT") ?: ".", *corpus = getenv("HDRTAP_CORPUS") ?: "";
	static struct hdrtap_settings settings;
	struct passed without, with;
	char path[4096];

	kernel_settings(&settings, NULL);
	net_begin();
	must("sysctl -q -w net.ipv6.conf.all.disable_ipv6=1; ip link set v0 mtu 65535; "
	     "ip link set v1 mtu 65535; ip link set v0 arp off; ip link set v1 arp off");
	snprintf(path, sizeof(path), "%s/pcaps", root);
	captures_each(path, NULL, add_capture);
	snprintf(path, sizeof(path), "%s/zeek-http", corpus);
	captures_each(path, NULL, add_capture);
	open_socket();
	without = pass(NULL, ATTACH_TC, RECEIVE);
	with = pass(&settings, ATTACH_TC, RECEIVE);
	compare("tc_receive", &without, &with);
	with = pass(&settings, ATTACH_XDP_NATIVE, RECEIVE);
	compare("native_xdp_receive", &without, &with);
	with = pass(&settings, ATTACH_XDP_GENERIC, RECEIVE);
	compare("generic_xdp_receive", &without, &with);
	without = pass(NULL, ATTACH_TC, TRANSMIT);
	with = pass(&settings, ATTACH_TC, TRANSMIT);
	compare("tc_transmit", &without, &with);
	frames_free(&frames);
	return failures != 0;
}
