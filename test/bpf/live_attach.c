/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How the programs come to an interface and leave it, by TCX links and by clsact filters: both
 * directions see packets, nobody else's programs, filters and qdiscs are touched, and what a killed
 * process left is replaced.
 */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <signal.h>
#include <sys/wait.h>

#include "attach/attach.h"
#include "attach/attach_look.h"
#include "guard/live_interfaces.h"
#include "live_net.h"
#include "run/elements.h"

#include <hdrtap/counters.h>

#define TCX_INGRESS ((enum bpf_attach_type)46)
#define BOTH        (1U << HDRTAP_DIRECTION_RECEIVE | 1U << HDRTAP_DIRECTION_TRANSMIT)
#define SENT        10

/* Of another kind than ours; it matches nothing that is sent here. */
#define UNUSED_FILTER "protocol ip u32 match ip protocol 250 0xff flowid 1:1"

#define DROP 2 /* TC_ACT_SHOT */

static struct hdrtap_settings settings;

static struct attach *open_as(const struct attach_options *options)
{
	struct attach *attach;

	if (attach_open(&attach, &settings, options))
		exit(1);
	return attach;
}

static struct attach *open_attach(bool clsact_only)
{
	return open_as(&(struct attach_options){ .clsact_only = clsact_only });
}

static struct interface interface(const char *name)
{
	struct interface interface;

	if (interface_find(&interface, name))
		exit(1);
	return interface;
}

static void attach_to(struct attach *attach, const char *name)
{
	struct interface to = interface(name);
	struct attach_report report;

	if (attach_interface(attach, &to, BOTH, &report))
		exit(1);
}

/* The packets that our programs looked at and found to be something else than TCP. */
static __u64 seen(const struct attach *attach)
{
	int cpus = libbpf_num_possible_cpus();
	struct hdrtap_counters counters[cpus]; /* of packets, not of the sweep */
	__u32 key = 0;
	__u64 sum = 0;

	if (bpf_map_lookup_elem(attach_maps(attach).counters, &key, counters))
		return 0;
	for (int cpu = 0; cpu < cpus; cpu++)
		sum += counters[cpu].count[HDRTAP_COUNTER_NOT_TCP];
	return sum;
}

/* v0 transmits, v1 receives. IPv6 of the kernel's own may add to what is sent. */
static void both_directions(const char *attached, const char *detached, bool clsact_only)
{
	struct attach *attach = open_attach(clsact_only);
	__u64 count, after;

	attach_to(attach, "v0");
	net_send(SENT);
	count = seen(attach);
	attach_to(attach, "v1");
	net_send(SENT);
	check(attached, count >= SENT && seen(attach) >= count + 2 * SENT,
	      "packets were not seen at both interfaces");
	attach_detach(attach);
	after = seen(attach);
	net_send(SENT);
	check(detached, seen(attach) == after, "programs run after attach_detach()");
	attach_close(attach);
}

static void tcx_is_first(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int foreign = foreign_program(), index = interface("v1").index,
	    stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	int link = bpf_link_create(foreign, index, TCX_INGRESS, &opts);
	__u32 ids[8] = { 0 }, count = 8, id = program_info(foreign).id;
	__u64 ran = program_info(foreign).run_cnt;
	struct attach *attach;

	if (link < 0) {
		printf("skip tcx_first_in_order: this kernel has no TCX links\n");
		return;
	}
	attach = open_attach(false);
	attach_to(attach, "v1");
	check("tcx_query", !bpf_prog_query(index, TCX_INGRESS, 0, NULL, ids, &count),
	      strerror(errno));
	check("tcx_first_in_order", count == 2 && ids[0] != id && ids[1] == id,
	      "the order is another");
	check("tcx_makes_no_qdisc", !prints("tc qdisc show dev v1", "clsact"),
	      "there is a clsact qdisc");
	net_send(SENT);
	check("tcx_foreign_still_runs", program_info(foreign).run_cnt >= ran + SENT,
	      "it was not run");
	attach_close(attach);
	ran = program_info(foreign).run_cnt;
	count = 8;
	check("tcx_foreign_stays",
	      !bpf_prog_query(index, TCX_INGRESS, 0, NULL, ids, &count) && count == 1 &&
		      ids[0] == id,
	      "it is gone, or we are not");
	net_send(SENT);
	check("tcx_foreign_runs_on", program_info(foreign).run_cnt >= ran + SENT, "it was not run");
	close(link);
	close(stats);
	close(foreign);
}

/* Whether packets that somebody else's program drops are seen, by capture `last` or not. */
static bool sees_dropped(bool clsact_only, bool last)
{
	struct attach *attach =
		open_as(&(struct attach_options){ .clsact_only = clsact_only, .last = last });
	__u64 count;

	attach_to(attach, "v1");
	count = seen(attach);
	net_send(SENT);
	count = seen(attach) - count;
	attach_close(attach);
	return count >= SENT;
}

static void tcx_order(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int foreign = foreign_program_of(DROP), link;

	link = bpf_link_create(foreign, interface("v1").index, TCX_INGRESS, &opts);
	if (link < 0) {
		printf("skip tcx_order: this kernel has no TCX links\n");
	} else {
		check("tcx_first_sees_dropped", sees_dropped(false, false), "it does not");
		check("tcx_last_does_not", !sees_dropped(false, true), "it does");
		close(link);
	}
	close(foreign);
}

static void clsact_order(void)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface("v1").index,
		    .attach_point = BPF_TC_INGRESS);
	int foreign = foreign_program_of(DROP);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = foreign, .priority = 7);

	must("tc qdisc add dev v1 clsact");
	if (bpf_tc_attach(&hook, &opts))
		perror("bpf_tc_attach");
	check("clsact_first_sees_dropped", sees_dropped(true, false), "it does not");
	check("clsact_last_does_not", !sees_dropped(true, true), "it does");
	must("tc qdisc del dev v1 clsact");
	close(foreign);
}

#define SHOW_V1 "tc qdisc show dev v1; tc filter show dev v1 ingress; tc filter show dev v1 egress"

/* A filter of another kind has the first priority, a BPF filter of somebody else the second. */
static void clsact_leaves_others(void)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface("v1").index,
		    .attach_point = BPF_TC_INGRESS);
	int foreign = foreign_program(), stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = foreign, .priority = 2);
	struct attach *attach = open_attach(true);
	char *before, *after;
	__u64 ran;

	must("tc qdisc add dev v1 clsact && tc filter add dev v1 ingress prio 1 " UNUSED_FILTER);
	if (bpf_tc_attach(&hook, &opts))
		perror("bpf_tc_attach");
	before = output_of(SHOW_V1);
	attach_to(attach, "v1");
	ran = program_info(foreign).run_cnt;
	net_send(SENT);
	check("clsact_beside_others", seen(attach) >= SENT, "packets were not seen");
	check("clsact_foreign_still_runs", program_info(foreign).run_cnt >= ran + SENT,
	      "it was not run");
	attach_close(attach);
	after = output_of(SHOW_V1);
	check("clsact_others_untouched", strstr(before, "u32") && !strcmp(before, after), after);
	must("tc qdisc del dev v1 clsact");
	free(before);
	free(after);
	close(stats);
	close(foreign);
}

static void clsact_qdisc(void)
{
	struct attach *attach = open_attach(true);

	attach_to(attach, "v1");
	check("clsact_qdisc_made", prints(SHOW_V1, "clsact") && prints(SHOW_V1, "hdrtap_"),
	      "it is not shown");
	attach_close(attach);
	check("clsact_qdisc_removed", !prints(SHOW_V1, "clsact"), "it is still there");

	attach = open_attach(true);
	attach_to(attach, "v1");
	must("tc filter add dev v1 egress prio 9 " UNUSED_FILTER);
	attach_close(attach);
	check("clsact_qdisc_stays_while_used", prints(SHOW_V1, "u32"), "somebody's filter is gone");
	check("clsact_filters_removed", !prints(SHOW_V1, "hdrtap_"), "ours are still there");
	must("tc qdisc del dev v1 clsact");
}

/* A process that attaches and then waits to be killed. */
static pid_t attached_child(void)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready))
		exit(1);
	pid = fork();
	if (!pid) {
		attach_to(open_attach(true), "v1");
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		exit(1);
	close(ready[0]);
	return pid;
}

static void kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int our_filters(void)
{
	char *count = output_of("{ tc filter show dev v1 ingress; tc filter show dev v1 egress; } "
				"| grep -c hdrtap_");
	int number = atoi(count);

	free(count);
	return number;
}

static void clsact_after_kill(void)
{
	pid_t first = attached_child(), second = attached_child();
	struct attach *attach;

	check("clsact_two_captures", our_filters() == 4,
	      "two processes do not have two filters each");
	kill_child(second);
	check("clsact_outlives_its_process", our_filters() == 4, "then this test shows nothing");
	attach = open_attach(true);
	attach_to(attach, "v1");
	check("clsact_dead_replaced_living_kept", our_filters() == 4,
	      "not one of the living and one of ours");
	net_send(SENT);
	check("clsact_works_after_kill", seen(attach) >= SENT, "packets were not seen");
	kill_child(first);
	attach_close(attach);
	check("clsact_dead_removed_at_detach", our_filters() == 0,
	      "filters of the dead are still there");
}

/* An interface may take its links and filters with it. */
static void interface_goes_away(const char *name, bool clsact_only)
{
	struct attach *attach = open_attach(clsact_only);

	must("ip link add gone type veth peer name away && ip link set gone up");
	attach_to(attach, "gone");
	must("ip link del gone");
	check(name, attach_detach(attach) == 0, "that is an error");
	attach_close(attach);
}

/* Whether what is missing was just that, and packets are seen once it is attached again. */
static bool comes_back(struct attach *attach, __u32 missing)
{
	unsigned int index = interface("v1").index;
	struct attach_report report;
	__u64 count;

	if (attach_missing(attach, index) != missing ||
	    attach_again(attach, index, missing, &report) || attach_missing(attach, index))
		return false;
	count = seen(attach);
	net_send(SENT);
	return seen(attach) >= count + SENT;
}

static void clsact_taken_away(void)
{
	struct attach *attach = open_attach(true);

	attach_to(attach, "v1");
	check("clsact_is_there", !attach_missing(attach, interface("v1").index), "it is missed");
	must("tc filter del dev v1 ingress");
	check("clsact_filter_comes_back", comes_back(attach, 1U << HDRTAP_DIRECTION_RECEIVE),
	      "it does not");
	must("tc qdisc del dev v1 clsact");
	check("clsact_qdisc_comes_back", comes_back(attach, BOTH), "it does not");
	must("tc qdisc del dev v1 clsact && tc qdisc add dev v1 clsact");
	check("clsact_in_another_qdisc", comes_back(attach, BOTH), "it is not attached there");
	attach_close(attach);
	check("clsact_qdisc_of_another_stays", prints(SHOW_V1, "clsact"), "it was removed");
	check("clsact_nothing_of_ours", our_filters() == 0, "there are filters");
	must("tc qdisc del dev v1 clsact");
}

/* A veth that is called `name` and has that index. */
static void add_with_index(const char *name, unsigned int index)
{
	char command[128];

	snprintf(command, sizeof(command), "ip link add %s index %u up type veth peer name %s1",
		 name, index, name);
	must(command);
}

static void tcx_index_used_again(void)
{
	struct attach *attach = open_attach(false);
	unsigned int index;

	add_with_index("first", 9001);
	attach_to(attach, "first");
	index = interface("first").index;
	check("tcx_is_there", !attach_missing(attach, index), "it is missed");
	must("ip netns add ht$PPID-other && ip link set first netns ht$PPID-other");
	add_with_index("second", 9001);
	check("tcx_went_with_its_interface",
	      interface("second").index == index && attach_missing(attach, index) == BOTH,
	      "the other interface is taken for it");
	must("ip link del second; ip netns del ht$PPID-other");
	attach_close(attach);
}

static bool has_directions(const char *name, __u32 asked, __u32 expected)
{
	struct live_options options = { .interfaces = &name,
					.interface_count = 1,
					.directions = asked };
	struct live_interfaces found;
	bool good;

	if (live_interfaces_find(&found, &options))
		return false;
	good = found.count == 1 && found.list[0].directions == expected;
	live_interfaces_free(&found);
	return good;
}

static void directions(void)
{
	const __u32 receive = 1U << HDRTAP_DIRECTION_RECEIVE,
		    transmit = 1U << HDRTAP_DIRECTION_TRANSMIT;

	check("both_directions_by_default", has_directions("v0", 0, BOTH), "not both");
	check("one_direction", has_directions("v0", transmit, transmit), "not the one");
	check("loopback_one_direction",
	      has_directions("lo", 0, receive) && has_directions("lo", BOTH, receive),
	      "not reception alone");
	check("loopback_transmit_when_asked", has_directions("lo", transmit, transmit),
	      "not transmission");
}

/* Twice the same interface, and all that are up. */
static void any(void)
{
	const char *names[] = { "v0", INTERFACE_ANY, "v0" };
	struct live_options options = { .interfaces = names, .interface_count = 3 };
	struct live_interfaces found;

	must("ip link add down0 type veth peer name down1");
	if (live_interfaces_find(&found, &options))
		exit(1);
	check("any_is_what_is_up_once",
	      found.count == 3 && live_interfaces_at(&found, interface("v0").index) &&
		      live_interfaces_at(&found, interface("lo").index) &&
		      live_interfaces_at(&found, interface("v1").index),
	      "not v0, lo, v1");
	live_interfaces_free(&found);
	must("ip link del down0");
}

int main(void)
{
	struct run_meta meta = { 0 };

	if (run_meta_init(&meta))
		return 1;
	elements_default(&meta);
	if (elements_build(&settings.elements, &meta, 6, 0))
		return 1;
	net_begin();
	directions();
	any();
	both_directions("tcx_both_directions", "tcx_detached", false);
	both_directions("clsact_both_directions", "clsact_detached", true);
	tcx_is_first();
	tcx_order();
	clsact_order();
	clsact_leaves_others();
	clsact_qdisc();
	clsact_after_kill();
	clsact_taken_away();
	tcx_index_used_again();
	interface_goes_away("tcx_interface_goes_away", false);
	interface_goes_away("clsact_interface_goes_away", true);
	return failures != 0;
}
