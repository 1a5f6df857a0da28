/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Packets of the usual formats are read in place (pcap_classic, pcap_ng); libpcap knows the unusual
 * relatives of the first, and the filter language.
 */
#include "capture/pcap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "capture/pcap_classic.h"
#include "capture/pcap_foreign.h"
#include "capture/pcap_link.h"
#include "capture/pcap_ng.h"
#include "capture/pcap_types.h"
#include "filter/compile.h"

#define NS_PER_S 1000000000ULL

struct pcap_file {
	struct pcap_file_options options;
	struct pcap_input *input;
	struct pcap_ng *ng;          /* the packets come from here, */
	pcap_t *pcap;                /* or from here, which owns the input's stream then, */
	struct pcap_classic classic; /* or from here */
	int dlt;                     /* of all packets, but for pcapng's */
	struct pcap_types types;
	struct pcap_type *type; /* of the last packet, NULL: it is not supported */
	int type_dlt;
	__u64 packets, unsupported, excluded;
	int unsupported_dlt; /* the first one */
	bool untimed;        /* there were packets without a time */
};

static const char *name_of(const struct pcap_file *file)
{
	return strcmp(file->options.path, "-") ? file->options.path : "standard input";
}

static const char *dlt_name(int dlt)
{
	const char *name = pcap_datalink_val_to_name(dlt);

	return name ? name : "unknown";
}

static const char *dlt_description(int dlt)
{
	const char *description = pcap_datalink_val_to_description(dlt);

	return description ? description : "no description";
}

/* --- opening --- */

static int open_input(struct pcap_file *file)
{
	struct pcap_input_options *input = &file->options.input;
	const char *path = file->options.path;

	if (!strcmp(path, "-"))
		input->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		input->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		return fail(errno, "cannot open %s: %s", name_of(file), strerror(errno));
	file->input = pcap_input_new(input);
	if (!file->input)
		return fail(errno, "cannot read %s: %s", name_of(file), strerror(errno));
	return 0;
}

/* What an input that was stopped makes of a call: 1, or the sink's -errno; 0: it was not. */
static int stopped(const struct pcap_file *file)
{
	int paused = pcap_input_paused(file->input);

	return paused > 0 ? 1 : paused;
}

static int not_a_capture(const struct pcap_file *file, const char *why)
{
	const char *broken = pcap_input_error(file->input);

	return fail(
		EIO,
		"cannot read %s: %s; give a pcap or pcapng file, compressed by gzip, zstd, lz4, "
		"or not",
		name_of(file), broken ? broken : why);
}

/* Says what the file is that libpcap need not be asked about. Returns 0: nothing. */
static int refuse_foreign(const struct pcap_file *file)
{
	size_t size = PCAP_FOREIGN_MAX;
	const struct pcap_foreign *found;
	const __u8 *begin;

	while (size && !(begin = pcap_input_peek(file->input, size)))
		size--;
	found = size ? pcap_foreign_find(begin, size) : NULL;
	if (!found)
		return 0;
	return fail(EIO, "cannot read %s: %s; %s", name_of(file), found->what, found->advice);
}

/* libpcap reads the stream. */
static int open_stream(struct pcap_file *file)
{
	FILE *stream = pcap_input_stream(file->input);
	char why[PCAP_ERRBUF_SIZE] = "it is empty";
	int result;

	if (!stream)
		return fail(errno, "cannot read %s: %s", name_of(file), strerror(errno));
	if (pcap_input_left(file->input))
		file->pcap =
			pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO,
								 why);
	if (file->pcap) {
		file->dlt = pcap_datalink(file->pcap);
		return 0;
	}
	fclose(stream);
	result = stopped(file);
	return result ? result : not_a_capture(file, why);
}

static int open_ng(struct pcap_file *file)
{
	int result;

	file->ng = pcap_ng_new(file->input);
	if (!file->ng)
		return fail(ENOMEM, "cannot read %s: out of memory", name_of(file));
	if (!pcap_ng_read_ahead(file->ng))
		return stopped(file);
	result = stopped(file);
	return result ? result : not_a_capture(file, pcap_ng_why(file->ng));
}

static int open_format(struct pcap_file *file)
{
	int result;

	if (pcap_ng_begins(file->input))
		return open_ng(file);
	if (pcap_classic_open(&file->classic, file->input)) {
		file->dlt = file->classic.dlt;
		return 0;
	}
	result = refuse_foreign(file);
	return result ? result : open_stream(file);
}

/* --- link types and the filter --- */

static int refuse_link(const struct pcap_file *file, int dlt)
{
	return fail(ENOTSUP, "cannot read %s: link type %s (%d, %s); supported are %s",
		    name_of(file), dlt_name(dlt), dlt, dlt_description(dlt), PCAP_LINKS_SUPPORTED);
}

static int refuse_filter(const struct pcap_file *file, const struct pcap_type *type)
{
	return fail(EINVAL, FILTER_QUOTE ": %s; see pcap-filter(7)",
		    FILTER_QUOTED(file->options.filter), type->why);
}

static int check_type(struct pcap_file *file)
{
	const struct pcap_type *type = pcap_types_find(&file->types, file->dlt);

	if (!type)
		return refuse_link(file, file->dlt);
	return type->refused ? refuse_filter(file, type) : 0;
}

/* A filter is bad when it is for all interfaces that are known; of those that are not supported,
 * more is reported when their packets come. */
static int check_types(struct pcap_file *file)
{
	const struct pcap_type *type = NULL, *bad = NULL;
	__u32 i, count = pcap_ng_interfaces(file->ng);

	for (i = 0; i < count; i++) {
		type = pcap_types_find(&file->types, pcap_ng_dlt(file->ng, i));
		if (type && !type->refused)
			return 0;
		bad = type ? type : bad;
	}
	if (!bad) /* it may be bad everywhere */
		bad = pcap_types_find(&file->types, DLT_EN10MB);
	return bad->refused ? refuse_filter(file, bad) : 0;
}

static int open_all(struct pcap_file *file)
{
	const char *filter = file->options.filter;
	int result = filter && *filter ? filter_check_time(filter) : 0;

	if (!result)
		result = open_input(file);
	if (!result)
		result = open_format(file);
	if (result)
		return result;
	return file->ng ? check_types(file) : check_type(file);
}

int pcap_file_open(struct pcap_file **file, const struct pcap_file_options *options)
{
	struct pcap_file *made = calloc(1, sizeof(*made));
	int result;

	*file = NULL;
	if (!made)
		return fail(ENOMEM, "cannot read %s: out of memory", options->path);
	made->options = *options;
	made->types.filter = options->filter;
	made->type_dlt = -1;
	result = open_all(made);
	if (result)
		pcap_file_close(made);
	else
		*file = made;
	return result;
}

void pcap_file_close(struct pcap_file *file)
{
	if (!file)
		return;
	pcap_types_free(&file->types);
	pcap_ng_free(file->ng);
	if (file->pcap)
		pcap_close(file->pcap);
	pcap_input_free(file->input);
	free(file);
}

/* --- packets --- */

/* libpcap takes seconds and their fractions for signed numbers, which they are not. */
static __u64 unsigned_time(const struct pcap_pkthdr *header)
{
	__u64 fraction = header->ts.tv_usec < 0 ? 0 : header->ts.tv_usec;

	return (__u32)header->ts.tv_sec * NS_PER_S + fraction;
}

/* Returns as pcap_ng_next(). */
static int read_foreign(struct pcap_file *file, struct pcap_packet *packet)
{
	struct pcap_pkthdr *header;
	const __u8 *data;
	int got = pcap_next_ex(file->pcap, &header, &data);

	if (got != 1)
		return got == PCAP_ERROR ? -1 : 0;
	*packet = (struct pcap_packet){
		.data = data,
		.captured = header->caplen,
		.length = header->len,
		.time = unsigned_time(header),
		.dlt = file->dlt,
	};
	return 1;
}

/* Returns as pcap_ng_next(). */
static int read_packet(struct pcap_file *file, struct pcap_packet *packet)
{
	if (file->ng)
		return pcap_ng_next(file->ng, packet);
	if (file->pcap)
		return read_foreign(file, packet);
	return pcap_classic_next(&file->classic, packet);
}

static const char *why_damaged(const struct pcap_file *file)
{
	if (file->ng)
		return pcap_ng_why(file->ng);
	return file->pcap ? pcap_geterr(file->pcap) : file->classic.why;
}

/* Nothing of the file could be parsed, or only a part. Returns 0 or what that makes of it. */
static int say_unsupported(const struct pcap_file *file)
{
	int dlt = file->unsupported_dlt;

	if (!file->unsupported)
		return 0;
	if (file->unsupported == file->packets)
		return refuse_link(file, dlt);
	warn_line("%llu packets of %s were passed over: link type %s (%d, %s)%s; supported are %s",
		  file->unsupported, name_of(file), dlt_name(dlt), dlt, dlt_description(dlt),
		  " is the first that is not supported", PCAP_LINKS_SUPPORTED);
	return 0;
}

static int ended(const struct pcap_file *file, bool damaged)
{
	const char *broken = pcap_input_error(file->input);
	int result = stopped(file);

	if (result)
		return result < 0 ? result : 0;
	if (!damaged && !broken)
		return say_unsupported(file);
	return fail(EIO,
		    "cannot read all of %s: %s; hdrtap processed the packets before that (%llu)",
		    name_of(file), broken ? broken : why_damaged(file), file->packets);
}

static void say_refused(const struct pcap_file *file, struct pcap_type *type)
{
	if (type->said)
		return;
	type->said = true;
	warn_line(FILTER_QUOTE " cannot be used with packets of link type %s: %s; they are passed "
			       "over",
		  FILTER_QUOTED(file->options.filter), dlt_name(type->dlt), type->why);
}

static void say_untimed(struct pcap_file *file)
{
	if (file->untimed)
		return;
	file->untimed = true;
	warn_line("packets without a time in %s: number %llu is the first; heads in them have no "
		  "time, and no latency",
		  name_of(file), file->packets);
}

/* Whether the packet is looked at. */
static bool is_wanted(struct pcap_file *file, const struct pcap_packet *packet)
{
	struct pcap_type *type;

	if (packet->dlt != file->type_dlt) {
		file->type_dlt = packet->dlt;
		file->type = pcap_types_find(&file->types, packet->dlt);
	}
	type = file->type;
	if (!type) {
		if (!file->unsupported++)
			file->unsupported_dlt = packet->dlt;
		return false;
	}
	if (type->refused)
		say_refused(file, type);
	if (type->refused)
		return false;
	if (pcap_type_passes(type, packet))
		return true;
	file->excluded++;
	return false;
}

__u64 pcap_file_excluded(const struct pcap_file *file)
{
	return file->excluded;
}

int pcap_file_next(struct pcap_file *file, struct native_packet *packet)
{
	struct pcap_packet found;
	int got;

	do {
		got = read_packet(file, &found);
		if (got != 1)
			return ended(file, got < 0);
		file->packets++;
	} while (!is_wanted(file, &found));
	pcap_link_packet(file->type->link, found.data, found.captured, found.length, packet);
	packet->time = found.time;
	packet->no_time = found.no_time;
	if (!packet->direction)
		packet->direction = found.direction;
	if (found.no_time)
		say_untimed(file);
	return 1;
}
