/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Capture files: pcap and pcapng, either compressed, from a file or a pipe. Needs no privilege.
 */
#ifndef HDRTAP_USER_SOURCE_PCAP_H
#define HDRTAP_USER_SOURCE_PCAP_H

#include <stddef.h>

#include "source/source.h"

struct pcap_options {
	const char *path;   /* opened here; "-": standard input. Stands in messages */
	const char *filter; /* pcap-filter(7) expression, NULL or "": every packet */
	const struct hdrtap_config *config; /* NULL: the defaults */
	const __u8 *begun; /* bytes the caller already took from standard input (64 KiB at most), or
			      NULL */
	size_t begun_size;
};

/*
 * Reads the capture to its end, until a signal, or until the sink has enough. Records have UTC
 * times (utc_offset 0). Returns 0, -EINVAL when the filter is bad (a usage error), or another
 * -errno, all reported: not a capture, a link type that is not supported, a capture that ends early
 * (then what was good has been processed), or the sink's error.
 */
int pcap_source_run(const struct pcap_options *options, struct source *source);

#endif
