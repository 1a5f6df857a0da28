/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The packets of a capture file: pcap or pcapng, compressed or not, from a file or a pipe.
 */
#ifndef HDRTAP_USER_PCAP_FILE_H
#define HDRTAP_USER_PCAP_FILE_H

#include "capture/native.h"
#include "capture/pcap_input.h"

struct pcap_file;

struct pcap_file_options {
	const char *path;                /* opened here; "-": standard input. Stands in messages */
	const char *filter;              /* pcap-filter(7) expression, NULL or "": every packet */
	struct pcap_input_options input; /* but for fd, which is that of the path */
};

/*
 * Returns 0 and the file; 1 when the input was stopped; -EINVAL when the filter is bad (a usage
 * error), or another -errno. What is wrong has been reported. `path` and `filter` must outlive the
 * file.
 */
int pcap_file_open(struct pcap_file **file, const struct pcap_file_options *options);

/*
 * The next packet that passes the filter; its data are valid until the next call. Returns 1, 0 at
 * the end or when the input was stopped, or -errno: what `pause` returned, or, reported, what is
 * wrong with the file. Reported once are packets of link types that are not supported, of those
 * that the filter cannot be used with, and packets without a time.
 */
int pcap_file_next(struct pcap_file *file, struct native_packet *packet);

/* Packets so far that the filter did not let pass. */
__u64 pcap_file_excluded(const struct pcap_file *file);

void pcap_file_close(struct pcap_file *file);

#endif
