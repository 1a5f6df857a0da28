/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Captures through the native parser. pcap_input gives the bytes; of the most usual format packets
 * are read in place (pcap_classic), libpcap knows the others and the filter language; pcap_link
 * finds the network header, native_packet() does the rest.
 * Between reads of the file the sink gets its tick and signals are looked at, so that a quiet pipe
 * is as good as a live interface.
 */
#include "capture/source_pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "capture/native.h"
#include "capture/pcap_classic.h"
#include "capture/pcap_input.h"
#include "capture/pcap_link.h"
#include "run/elements.h"

#define NS_PER_S 1000000000ULL
#define HOLD_NS  50000000ULL /* so much older than one before it a packet may be, as live */

struct capture {
	const struct pcap_options *options;
	struct source *source;
	struct pcap_input *input;
	bool in_place; /* packets come from `classic`, not from `pcap` */
	struct pcap_classic classic;
	pcap_t *pcap; /* owns the input's stream, if it reads it */
	const struct pcap_link *link;
	struct bpf_program filter;
	struct native *native;
	__u64 packets;
	__u64 newest;   /* ns: time of a packet */
	__u64 complete; /* ns: no later record is older, but for those flagged LATE */
};

static const char *name_of(const struct capture *c)
{
	return strcmp(c->options->path, "-") ? c->options->path : "standard input";
}

static void update_accounts(const struct capture *c)
{
	if (c->native)
		c->source->accounts->kernel = *native_counters(c->native);
}

/* Returns the sink's error. */
static int tell_complete(struct capture *c, __u64 until)
{
	struct sink *sink = c->source->sink;

	if (until <= c->complete)
		return 0;
	c->complete = until;
	native_complete(c->native, until);
	return sink->ops->complete ? sink->ops->complete(sink, until, 0) : 0;
}

/* Between reads: 0, 1 on a signal that stops, or the sink's error. */
static int pause_reading(void *context)
{
	struct capture *c = context;
	struct sink *sink = c->source->sink;
	int err;

	update_accounts(c);
	err = c->native && c->newest > HOLD_NS ? tell_complete(c, c->newest - HOLD_NS) : 0;
	if (!err && c->native && sink->ops->tick)
		err = sink->ops->tick(sink);
	return err ? err : source_stopped(c->source);
}

static int emit(void *context, const struct hdrtap_record *rec)
{
	const struct source *source = context;
	int result = source->sink->ops->write(source->sink, rec, 0);

	source->accounts->user[result < 0 ? HDRTAP_USER_DROPPED : HDRTAP_USER_WRITTEN]++;
	return result;
}

static int open_input(struct capture *c)
{
	struct pcap_input_options options = {
		.signal_fd = c->source->signal_fd,
		.begun = c->options->begun,
		.begun_size = c->options->begun_size,
		.pause = pause_reading,
		.context = c,
	};
	const char *path = c->options->path;

	if (!strcmp(path, "-"))
		options.fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		options.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (options.fd < 0)
		return fail(errno, "cannot open %s: %s", name_of(c), strerror(errno));
	c->input = pcap_input_new(&options);
	if (!c->input)
		return fail(errno, "cannot read %s: %s", name_of(c), strerror(errno));
	return 0;
}

/* Why libpcap gave up: a signal, the bytes themselves, or what they mean. */
static int read_failed(const struct capture *c, const char *what, const char *why)
{
	const char *path = name_of(c), *broken = pcap_input_error(c->input);
	int paused = pcap_input_paused(c->input);

	if (paused)
		return paused < 0 ? paused : 0;
	if (c->pcap)
		return fail(EIO, "%s %s: %s; the packets before that (%llu) were processed", what,
			    path, broken ? broken : why, c->packets);
	return fail(EIO, "%s %s: %s; give a pcap or pcapng file, gzipped or not", what, path,
		    broken ? broken : why);
}

/* libpcap reads the stream. Leaves c->pcap NULL when the reading was stopped. */
static int open_stream(struct capture *c)
{
	FILE *stream = pcap_input_stream(c->input);
	char why[PCAP_ERRBUF_SIZE] = "";

	if (!stream)
		return fail(errno, "cannot read %s: %s", name_of(c), strerror(errno));
	if (pcap_input_left(c->input))
		c->pcap = pcap_fopen_offline_with_tstamp_precision(stream,
								   PCAP_TSTAMP_PRECISION_NANO, why);
	else
		strcpy(why, "it is empty");
	if (c->pcap)
		return 0;
	fclose(stream);
	return read_failed(c, "cannot read", why);
}

static int open_pcap(struct capture *c)
{
	c->in_place = pcap_classic_open(&c->classic, c->input);
	if (!c->in_place)
		return open_stream(c);
	c->pcap = pcap_open_dead_with_tstamp_precision(c->classic.dlt, c->classic.snaplen,
						       PCAP_TSTAMP_PRECISION_NANO);
	if (!c->pcap)
		return fail(ENOMEM, "cannot read %s: out of memory", name_of(c));
	return 0;
}

static int find_link(struct capture *c)
{
	int dlt = pcap_datalink(c->pcap);
	const char *name = pcap_datalink_val_to_name(dlt);
	const char *description = pcap_datalink_val_to_description(dlt);

	c->link = pcap_link_find(dlt);
	if (c->link)
		return 0;
	return fail(ENOTSUP, "cannot read %s: link type %s (%d, %s); supported are %s", name_of(c),
		    name ? name : "unknown", dlt, description ? description : "no description",
		    PCAP_LINKS_SUPPORTED);
}

static int compile_filter(struct capture *c)
{
	const char *filter = c->options->filter;

	if (!filter || !*filter)
		return 0;
	if (!pcap_compile(c->pcap, &c->filter, filter, 1, PCAP_NETMASK_UNKNOWN))
		return 0;
	return fail(EINVAL, "filter '%s': %s; see pcap-filter(7)", filter, pcap_geterr(c->pcap));
}

static int make_native(struct capture *c)
{
	struct hdrtap_settings settings;
	struct native_options options = {
		.settings = &settings,
		.config = c->options->config,
		.emit = emit,
		.context = c->source,
	};
	int err = settings_build(&settings, c->source->meta, c->source->settings, 0);

	if (err)
		return err;
	c->native = native_new(&options);
	if (!c->native)
		return fail(ENOMEM, "cannot read %s: out of memory", name_of(c));
	return 0;
}

static int handle_packet(struct capture *c, const struct pcap_pkthdr *header, const __u8 *data)
{
	struct native_packet packet;

	c->packets++;
	if (c->filter.bf_insns && !pcap_offline_filter(&c->filter, header, data))
		return 0;
	pcap_link_packet(c->link, data, header->caplen, header->len, &packet);
	packet.time = header->ts.tv_sec * NS_PER_S + header->ts.tv_usec;
	if (packet.time > c->newest)
		c->newest = packet.time;
	return native_packet(c->native, &packet);
}

/* Both return 0 or what ends the reading, and in `got` 1, or why there is no more packet. */
static int read_in_place(struct capture *c, int *got)
{
	struct pcap_pkthdr header;
	const __u8 *data;
	int err = 0;

	while (!err && (*got = pcap_classic_next(&c->classic, &header, &data)) == 1)
		err = handle_packet(c, &header, data);
	return err;
}

static int read_stream(struct capture *c, int *got)
{
	struct pcap_pkthdr *header;
	const __u8 *data;
	int err = 0;

	while (!err && (*got = pcap_next_ex(c->pcap, &header, &data)) == 1)
		err = handle_packet(c, header, data);
	return err;
}

static int read_packets(struct capture *c)
{
	int got, err = c->in_place ? read_in_place(c, &got) : read_stream(c, &got);

	if (!err)
		err = native_finish(c->native);
	if (!err)
		err = tell_complete(c, c->newest);
	if (err)
		return err == SINK_ENOUGH ? 0 : err;
	if (got == PCAP_ERROR || pcap_input_paused(c->input) || pcap_input_error(c->input))
		return read_failed(c, "cannot read all of",
				   c->in_place ? c->classic.why : pcap_geterr(c->pcap));
	return 0;
}

static int run(struct capture *c)
{
	struct sink *sink = c->source->sink;
	int err = open_input(c);

	if (!err)
		err = open_pcap(c);
	if (err || !c->pcap)
		return err;
	err = find_link(c);
	if (!err)
		err = compile_filter(c);
	if (!err)
		err = make_native(c);
	if (!err)
		err = sink->ops->describe(sink, c->source->meta);
	if (!err)
		err = source_ready(c->source);
	return err ? err : read_packets(c);
}

int pcap_source_run(const struct pcap_options *options, struct source *source)
{
	struct capture c = { .options = options, .source = source };
	int err = run(&c);

	update_accounts(&c);
	native_free(c.native);
	pcap_freecode(&c.filter);
	if (c.pcap)
		pcap_close(c.pcap);
	pcap_input_free(c.input);
	return err;
}
