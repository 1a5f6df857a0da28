/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel programs and the native build give the same records for the same packets: every packet
 * of every capture in pcaps/ and in the corpus goes through user/capture/native.c, through the TC
 * programs by BPF_PROG_TEST_RUN (where the packet fits in a page), over a veth pair, where VLAN
 * tags are in metadata and large packets are not linear, and through the XDP program. Captures of
 * long and of hostile heads go through programs for larger records, too, which keep long values
 * whole. See lib/both.h.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <time.h>

#include <hdrtap/packet/packet.h>

#include "both.h"
#include "live_net.h"
#include "wire.h"
#include "xdp_way.h"

#define CONNECTIONS     2048 /* more than any capture has */
#define HEADS           256  /* likewise; every capture begins with cleared tables */
#define EARLY           256
#define NAME_MAX_LENGTH 512
#define WAYS_WHOLE      4    /* before those where packets are cut */
#define RECORD_SIZE     4096 /* of larger records */

/* What the captures of a directory are run through. */
struct run {
	struct both *both;
	const struct way *ways; /* until one without a name */
	const char *prefix;     /* of the names of tests */
	const char *begins;     /* of names one byte of this, NULL: all captures */
};

static int packet_socket;

/* --- the veth pair --- */

/* Sends a frame over the veth pair and waits until the program at its other end has counted it. */
static int veth_send(const struct hdrtap_tc *object, const struct frame *frame)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 };
	struct hdrtap_counters counters = kernel_counters(object);
	__u64 after = counters_packets(&counters) + 1;

	if (send(packet_socket, frame->bytes, frame->length, 0) != (ssize_t)frame->length)
		return -errno;
	for (int i = 0; i < 200 * 1000; i++) {
		counters = kernel_counters(object);
		if (counters_packets(&counters) == after)
			return 0;
		nanosleep(&pause, NULL);
	}
	return -ETIMEDOUT;
}

/*
 * Makes the veth pair take the largest packets and send none of its own, and attaches the program
 * to its other end.
 */
static void veth_open(const struct hdrtap_tc *object)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts,
		    .prog_fd = bpf_program__fd(object->progs.hdrtap_receive_eth));
	struct sockaddr_ll to = { .sll_family = AF_PACKET };

	must("for n in v0 v1; do sysctl -qw net.ipv6.conf.$n.disable_ipv6=1; "
	     "ip address flush dev $n; ip link set $n mtu 65535; done");
	hook.ifindex = if_nametoindex("v1");
	to.sll_ifindex = if_nametoindex("v0");
	packet_socket = socket(AF_PACKET, SOCK_RAW, 0);
	if (packet_socket < 0 || bind(packet_socket, (struct sockaddr *)&to, sizeof(to)) ||
	    bpf_tc_hook_create(&hook) || bpf_tc_attach(&hook, &opts)) {
		printf("FAIL set_up: the veth pair: %s\n", strerror(errno));
		exit(1);
	}
}

/* --- captures --- */

/* Returns how many differences there were. */
static int run_way(struct both *both, const struct way *way, const struct frames *frames,
		   const char *name)
{
	const char *why;
	int differ = 0;

	both_begin(both);
	for (size_t i = 0; i < frames->count; i++) {
		if (frames->list[i].length > way->longest)
			continue;
		why = both_frame(both, way, &frames->list[i]);
		if (why)
			printf("%s, packet %zu, %s: %s\n", name, i + 1, way->name, why);
		differ += why != NULL;
	}
	why = both_end(both);
	if (why)
		printf("%s, at the end, %s: %s\n", name, way->name, why);
	return differ + (why != NULL);
}

/* The file's name as a test's name. */
static void name_of(char *name, const char *prefix, const char *file)
{
	size_t length = strcspn(file, ".");

	if (!strncmp(file + length, ".org", 4)) /* it is part of one capture's name */
		length += 4;
	snprintf(name, NAME_MAX_LENGTH, "%s%.*s", prefix, (int)length, file);
	for (; *name; name++)
		*name = *name >= 'A' && *name <= 'Z' ? *name | 0x20
			: strchr("-.", *name)        ? '_'
						     : *name;
}

static void run_capture(void *context, const char *path, const char *file)
{
	const struct run *run = context;
	__u64 packets = both_packets(run->both), records = both_records(run->both);
	struct frames frames = { 0 };
	char name[NAME_MAX_LENGTH];
	int differ = 0;

	if (run->begins && !strchr(run->begins, *file))
		return;
	name_of(name, run->prefix, file);
	if (frames_read(&frames, path)) {
		printf("FAIL %s: %s cannot be read\n", name, path);
		failures++;
		return;
	}
	for (const struct way *way = run->ways; way->name; way++)
		differ += run_way(run->both, way, &frames, name);
	frames_free(&frames);
	packets = both_packets(run->both) - packets;
	records = both_records(run->both) - records;
	failures += differ != 0;
	if (differ)
		printf("FAIL %s: %d differences in %llu packets\n", name, differ, packets);
	else
		printf("ok %s: %llu packets, %llu records\n", name, packets, records);
}

static void run_pcaps(struct run *run)
{
	const char *root = getenv("HDRTAP_ROOT");
	char directory[1024];

	snprintf(directory, sizeof(directory), "%s/pcaps", root ? root : ".");
	captures_each(directory, run, run_capture);
}

static void run_all(struct run *run)
{
	const char *corpus = getenv("HDRTAP_CORPUS");
	char directory[1024];

	run->prefix = "pcaps_";
	run_pcaps(run);
	check("records_were_compared", both_records(run->both) > 0, "pcaps/ gave none");
	snprintf(directory, sizeof(directory), "%s/zeek-http",
		 corpus ? corpus : "../shared/corpus");
	run->prefix = "zeek_";
	if (!captures_each(directory, run, run_capture))
		printf("skip corpus: no captures in %s\n", directory);
}

/* --- larger records --- */

/* A segment of one connection after another: its first, or a request with a long target or field.
 * `field`: NULL: none. */
static void make_request(struct frame *frame, __u16 port, const char *field, __u32 length)
{
	static __u8 bytes[KERNEL_FRAME_MAX];
	struct wire_segment segment = { .client_port = port,
					.flags = HDRTAP_TCP_ACK,
					.sequence = 1 };
	__u32 size = wire_ethernet(bytes, HDRTAP_ETHERTYPE_IPV4);
	char *text = (char *)bytes + size + 40;
	int at = sprintf(text, "GET /");

	if (!field) {
		memset(text + at, 't', length - 1);
		at += length - 1;
	}
	at += sprintf(text + at, " HTTP/1.1\r\nHost: a.example\r\n");
	if (field) {
		at += sprintf(text + at, "%s: ", field);
		memset(text + at, 'v', length);
		at += length;
		at += sprintf(text + at, "\r\n");
	}
	at += sprintf(text + at, "\r\n");
	segment.length = at;
	wire_headers(bytes + size, &segment);
	frame->bytes = bytes;
	frame->length = size + 40 + at;
}

/* Whether a value of that length is whole in the record. */
static bool is_whole(const struct hdrtap_record *rec, __u32 length)
{
	for (int i = 0; rec && i < rec->entry_count; i++)
		if (rec->entry[i].stored == length && rec->entry[i].original == length)
			return !(rec->flags & HDRTAP_FLAG(TRUNCATED));
	return false;
}

static void check_long_values(struct run *run)
{
	static const struct {
		const char *name, *field;
		__u32 length;
	} rows[] = {
		{ "target", NULL, 3000 },
		{ "cookie", "Cookie", 2000 },
		{ "jwt", "Authorization", 1800 },
	};
	struct frame frame = { 0 };
	char name[64];
	const char *why;

	for (const struct way *way = run->ways; way->name; way++) {
		both_begin(run->both);
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			snprintf(name, sizeof(name), "long_%s_%s", rows[i].name, way->name);
			make_request(&frame, 40000 + i, rows[i].field, rows[i].length);
			why = both_frame(run->both, way, &frame);
			if (!why && !is_whole(both_record(run->both), rows[i].length))
				why = "it is not whole";
			check(name, !why, why ? why : "");
		}
		why = both_end(run->both);
		check("long_values_end", !why, why ? why : "");
	}
}

static void run_larger(struct hdrtap_config config)
{
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;

	config.size.record = RECORD_SIZE;
	kernel_settings(&settings, "none,host,user-agent,referer,cookie=keep,authorization=keep");
	kernel_secret_keys(&settings, "a,page,*key,*al,end,q");
	object = kernel_load(&settings, &config);
	xdp_way_open(object);
	struct way ways[] = {
		{ "receive", HDRTAP_DIRECTION_RECEIVE, object->progs.hdrtap_receive_eth, NULL,
		  WAY_TEST_RUN, KERNEL_FRAME_MAX },
		{ "xdp", HDRTAP_DIRECTION_RECEIVE, NULL, xdp_way_whole, WAY_TEST_RUN, FRAME_MAX },
		{ 0 },
	};
	struct run run = { .both = both_new(object, &settings),
			   .ways = ways,
			   .prefix = "large_",
			   .begins = "24" };

	run_pcaps(&run);
	check("larger_records_were_compared", both_records(run.both) > 0, "pcaps/ gave none");
	check_long_values(&run);
	both_free(run.both);
	xdp_way_close();
	hdrtap_tc__destroy(object);
}

/* With predicates that ask for all that the programs can tell, so that each excludes some heads. */
static void run_where(const struct hdrtap_config *config)
{
	static const struct {
		const char *text;
		const char *begins; /* of the names of captures */
	} predicates[] = {
		{ "method == GET && !path ~ /a* && !status == 404", "4" },
		{ "host == *.example,*.test || path == /one || has(response[location])", "2" },
		{ "status >= 300 && !latency > 1ms || kind == request && has(request[cookie])",
		  "6" },
	};
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;
	char prefix[32];

	for (size_t i = 0; i < sizeof(predicates) / sizeof(*predicates); i++) {
		kernel_settings_where(&settings, NULL, predicates[i].text);
		settings.sample = i == 2 ? 2 : 0;
		object = kernel_load(&settings, config);
		snprintf(prefix, sizeof(prefix), "where%zu_", i + 1);
		struct way ways[] = {
			{ "receive", HDRTAP_DIRECTION_RECEIVE, object->progs.hdrtap_receive_eth,
			  NULL, WAY_TEST_RUN, KERNEL_FRAME_MAX },
			{ 0 },
		};
		struct run run = { .both = both_new(object, &settings),
				   .ways = ways,
				   .prefix = prefix,
				   .begins = predicates[i].begins };

		run_pcaps(&run);
		check("records_were_wanted", both_records(run.both) > 0, predicates[i].text);
		both_free(run.both);
		hdrtap_tc__destroy(object);
	}
}

int main(void)
{
	struct hdrtap_config config = HDRTAP_CONFIG_DEFAULT;
	struct hdrtap_settings settings;
	struct hdrtap_tc *object;

	config.sets = CONNECTIONS / HDRTAP_WAYS;
	config.heads = HEADS;
	config.early = EARLY;
	config.tunnels = (1u << HDRTAP_TUNNEL_MAX) - 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	net_begin();
	kernel_settings(&settings, NULL);
	object = kernel_load(&settings, &config);
	veth_open(object);
	xdp_way_open(object);
	struct way ways[] = {
		{ "receive", HDRTAP_DIRECTION_RECEIVE, object->progs.hdrtap_receive_eth, NULL,
		  WAY_TEST_RUN, KERNEL_FRAME_MAX },
		{ "transmit", HDRTAP_DIRECTION_TRANSMIT, object->progs.hdrtap_transmit_eth, NULL,
		  WAY_TEST_RUN, KERNEL_FRAME_MAX },
		{ "veth", HDRTAP_DIRECTION_RECEIVE, NULL, veth_send, if_nametoindex("v1"),
		  FRAME_MAX },
		{ "xdp", HDRTAP_DIRECTION_RECEIVE, NULL, xdp_way_whole, WAY_TEST_RUN, FRAME_MAX },
		{ "xdp, cut behind Ethernet", HDRTAP_DIRECTION_RECEIVE, NULL, xdp_way_ethernet,
		  WAY_TEST_RUN, FRAME_MAX },
		{ "xdp, cut in headers", HDRTAP_DIRECTION_RECEIVE, NULL, xdp_way_somewhere,
		  WAY_TEST_RUN, FRAME_MAX },
		{ 0 },
	};
	struct run run = { .both = both_new(object, &settings), .ways = ways };

	if (!xdp_way_cuts()) {
		printf("skip xdp_cut: this kernel's tests put all of a packet in one buffer\n");
		ways[WAYS_WHOLE].name = NULL;
	}
	run_all(&run);
	both_free(run.both);
	xdp_way_close();
	hdrtap_tc__destroy(object);
	run_larger(config);
	run_where(&config);
	return failures != 0;
}
