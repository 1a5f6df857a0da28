/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An expression is in the programs however they are attached: by TCX and by clsact, by XDP of both
 * kinds, at both directions, and beside an interface of another kind of link. Where the verifier
 * does not take it, that is reported.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <hdrtap/counters.h>

#include "attach/attach.h"
#include "filter/filter.h"
#include "live_net.h"
#include "run/elements.h"

#define SENT 20
#define BOTH (1U << HDRTAP_DIRECTION_RECEIVE | 1U << HDRTAP_DIRECTION_TRANSMIT)

static struct hdrtap_settings settings;

static __u64 counted(const struct attach *attach, enum hdrtap_counter counter)
{
	int cpus = libbpf_num_possible_cpus();
	struct hdrtap_counters counters[cpus];
	__u32 key = 0;
	__u64 sum = 0;

	if (bpf_map_lookup_elem(attach_maps(attach).counters, &key, counters))
		return 0;
	for (int cpu = 0; cpu < cpus; cpu++)
		sum += counters[cpu].count[counter];
	return sum;
}

static int attach_to(struct attach *attach, const char *name)
{
	struct attach_report report;
	struct interface interface;

	if (interface_find(&interface, name))
		exit(1);
	return attach_interface(attach, &interface, BOTH, &report);
}

static void begin(struct filter *filter, struct attach **attach, struct attach_options options,
		  const char *expression)
{
	if (filter_open(filter, expression))
		exit(1);
	options.filter = filter;
	if (attach_open(attach, &settings, &options))
		exit(1);
}

/* Of the datagrams, which pass two interfaces, `expression` takes all or none. */
static void takes(const char *name, struct attach_options options, const char *expression, bool all)
{
	struct attach *attach;
	struct filter filter;
	__u64 excluded, others;

	begin(&filter, &attach, options, expression);
	if (attach_to(attach, "v0") || attach_to(attach, "v1"))
		exit(1);
	net_send(SENT);
	excluded = counted(attach, HDRTAP_COUNTER_EXPRESSION);
	others = counted(attach, HDRTAP_COUNTER_NOT_TCP);
	check(name, all ? excluded >= 2 * SENT && !others : others >= 2 * SENT && !excluded,
	      "other packets were excluded");
	attach_close(attach);
	filter_close(&filter);
}

static void every_way(void)
{
	static const struct {
		const char *name, *excludes;
		struct attach_options options;
	} rows[] = {
		{ "tcx", "tcx_excludes", { .hook = ATTACH_TC } },
		{ "clsact", "clsact_excludes", { .hook = ATTACH_TC, .clsact_only = true } },
		{ "xdp_native", "xdp_native_excludes", { .hook = ATTACH_XDP_NATIVE } },
		{ "xdp_generic", "xdp_generic_excludes", { .hook = ATTACH_XDP_GENERIC } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		takes(rows[i].name, rows[i].options, "len > 0", false);
		takes(rows[i].excludes, rows[i].options, "tcp port 80", true);
	}
}

/* A tun device has no place for VLAN tags. */
static void other_links(void)
{
	struct ifreq request = { .ifr_name = "t0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);
	struct attach *attach;
	struct filter filter;

	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		exit(1);
	begin(&filter, &attach, (struct attach_options){ 0 }, "not vlan");
	check("one_link_alone", !attach_to(attach, "v0") && attach_to(attach, "t0") == -EINVAL,
	      "it was attached to");
	attach_close(attach);
	filter_close(&filter);
	begin(&filter, &attach, (struct attach_options){ 0 }, "tcp port 80");
	check("both_links", !attach_to(attach, "v0") && !attach_to(attach, "t0"),
	      "it was not attached to");
	attach_close(attach);
	filter_close(&filter);
	close(fd);
}

/* So many comparisons, one behind the other, that the kernel does not follow all that can come. */
static void too_complex(void)
{
	enum {
		COMPARISONS = 10000
	};
	struct filter filter = { .expression = "many comparisons" };
	struct filter_program *program = &filter.program[FILTER_ETHERNET];
	struct attach_options options = { .filter = &filter };
	struct attach *attach;

	program->insn = calloc(COMPARISONS + 2, sizeof(*program->insn));
	program->insn[0] = (struct filter_insn){ BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 };
	for (__u32 i = 1; i <= COMPARISONS; i++)
		program->insn[i] =
			(struct filter_insn){ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 1000 + i };
	program->insn[COMPARISONS] = (struct filter_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	program->insn[COMPARISONS + 1] = (struct filter_insn){ BPF_RET | BPF_K, 0, 0, 1 };
	program->count = COMPARISONS + 2;
	if (attach_open(&attach, &settings, &options))
		exit(1);
	check("too_complex", attach_to(attach, "v0") < 0, "the kernel took it");
	attach_close(attach);
	filter_close(&filter);
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
	must("for n in v0 v1; do sysctl -qw net.ipv6.conf.$n.disable_ipv6=1; done");
	every_way();
	other_links();
	too_complex();
	return failures != 0;
}
