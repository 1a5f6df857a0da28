/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Capture files written byte by byte into memory, and pcap_source_run() on them with a sink that
 * keeps the records. */
#ifndef HDRTAP_TEST_CAPTURES_H
#define HDRTAP_TEST_CAPTURES_H

#include <stdbool.h>

#include "capture/source_pcap.h"
#include "packets.h"
#include "record_room.h"

struct capture_file {
	bool big_endian;
	bool nanoseconds;
	__u8 bytes[16384];
	__u32 size;
};

/* pcap: file header, record. */
void pcap_file(struct capture_file *f, __u32 linktype);
void pcap_record(struct capture_file *f, const struct packet *p, __u32 captured);

/* pcapng: section header, interface (with nanosecond stamps if so), enhanced packet. */
void pcapng_section(struct capture_file *f);
void pcapng_interface(struct capture_file *f, __u16 linktype);
void pcapng_packet(struct capture_file *f, __u32 interface, const struct packet *p);

/* Likewise, without a time. */
void pcapng_simple(struct capture_file *f, const struct packet *p);

/* Time of the packets above: 1700000000.123456789 s since the epoch, or .123456 without
 * nanoseconds. */
#define CAPTURE_SECONDS 1700000000ULL
#define CAPTURE_NS      1700000000123456789ULL
#define CAPTURE_US_NS   1700000000123456000ULL

/* Makes a file of bytes compressed, with a checksum. */
typedef void (*compress_bytes)(struct capture_file *to, const void *from, size_t size);
void compress_gzip(struct capture_file *to, const void *from, size_t size);
void compress_zstd(struct capture_file *to, const void *from, size_t size);
void compress_lz4(struct capture_file *to, const void *from, size_t size);

/* Replaces the file by its compressed form. */
void compress_file(struct capture_file *f, compress_bytes compress);

#define RECORDS_MAX 64

/* What came of one run. */
struct outcome {
	int result;
	const char *said;
	__u32 records; /* written */
	union record_room record[RECORDS_MAX];
	__u32 described, ticks;
	__u64 complete; /* ns: the last that was told */
	struct accounts accounts;
	/* Set before the run: */
	__u32 enough; /* the sink has enough with this record, 0: never */
	int refuse;   /* the sink refuses every record with this -errno, 0: none */
	void (*on_tick)(struct outcome *out);
};

/* Runs on a file of these bytes. */
void capture_run(struct outcome *out, const struct capture_file *f, const char *filter);

/* Runs with these options; signals are taken from a signalfd of SIGTERM and SIGUSR1. */
void capture_run_options(struct outcome *out, const struct pcap_options *options);

/* Sum of a group of packet outcomes: all packets that were parsed. */
__u64 capture_packets(const struct outcome *out);

#endif
