/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libhdrtap: reads what hdrtap -w wrote. Record logs (directories), single segments and record
 * streams, one or several merged by time, to their end or as they grow. hdrtap(3) explains it.
 *
 *	struct hdrtap_log *log;
 *	int event = hdrtap_log_new(&log);
 *
 *	if (event >= 0)
 *		event = hdrtap_log_add(log, "/var/log/hdrtap");
 *	while (event >= 0 && (event = hdrtap_log_next(log)) != HDRTAP_LOG_END)
 *		if (event == HDRTAP_LOG_RECORD)
 *			puts(hdrtap_rec_kind(hdrtap_log_rec(log)));
 *
 * Errors are negative errno values; hdrtap_log_error() has the words. Nothing is ever printed, no
 * signal is touched, and there is no state outside a log.
 *
 * Threads: one log and what it returns belong to one thread at a time; different logs have nothing
 * in common. A record that was kept may go to another thread.
 *
 * Pointers that are returned are the library's: valid until the next hdrtap_log_next() or
 * hdrtap_log_free() of that log, those of a kept record until it is freed. Texts end with a zero
 * byte; values from the wire are bytes of any kind with a length. A pointer argument is never NULL
 * unless the function says so.
 */
#ifndef HDRTAP_LOG_H
#define HDRTAP_LOG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hdrtap_log;         /* one or several logs that are read as one */
struct hdrtap_rec;         /* one record: an HTTP message head */
struct hdrtap_description; /* of a run: what its records mean */

/* Of the library, as in "0.1.0". */
const char *hdrtap_log_version(void);

/*
 * Opening
 */

/* Returns 0, or -ENOMEM, -EMFILE or -ENFILE; `*log` is the caller's, to be freed. */
int hdrtap_log_new(struct hdrtap_log **log);
void hdrtap_log_free(struct hdrtap_log *log); /* may be NULL */

/*
 * What is to be read, in any number. Options below must be set before. Returns the source's number,
 * from 0, or -errno: then it was not added and the log is as before.
 */

/* A log's directory, a segment, a file that a stream was written to, a FIFO, or "-": standard
 * input. */
int hdrtap_log_add(struct hdrtap_log *log, const char *path);

/* An open stream: a pipe, a socket or a file, from where it stands. `fd` stays the caller's. `name`
 * is for messages. */
int hdrtap_log_add_fd(struct hdrtap_log *log, int fd, const char *name);

/* Options hold for the sources that are added after them. Each returns 0 or -errno. */

/* At the end of a directory or of a segment wait for more. Streams do so anyway. */
int hdrtap_log_follow(struct hdrtap_log *log, int follow);

/*
 * Only records of that time, in ns since 1970, UTC: since <= time < until; 0: no bound. What is
 * outside is not read where that can be avoided. Losses are told of the batches that are read.
 */
int hdrtap_log_since(struct hdrtap_log *log, uint64_t since);
int hdrtap_log_until(struct hdrtap_log *log, uint64_t until);

/*
 * Only batches that may hold a request to this host: its Host value, as it was stored, in any case
 * of letters. A batch is some hundred records, so look at each record all the same; responses that
 * are in other batches are not seen. NULL: all batches.
 */
int hdrtap_log_host(struct hdrtap_log *log, const char *host);

/*
 * Reading
 */

enum hdrtap_log_event {
	HDRTAP_LOG_END = 0,         /* there is nothing more */
	HDRTAP_LOG_RECORD = 1,      /* hdrtap_log_rec() */
	HDRTAP_LOG_LOSS = 2,        /* hdrtap_log_loss() */
	HDRTAP_LOG_DESCRIPTION = 3, /* hdrtap_log_description(): how a source's records are to be
				       understood from here on; before the first of each source */
	HDRTAP_LOG_IDLE = 4,        /* nothing for now: wait, then go on */
	HDRTAP_LOG_NOTICE = 5,      /* hdrtap_log_notice(): something is damaged, torn or missing */
	HDRTAP_LOG_COMPLETE = 6     /* hdrtap_log_complete_until_clock() has advanced */
};

/*
 * The next event, or -errno: the source it is about (hdrtap_log_source()) is abandoned, the others
 * can be read on. Never blocks on streams. Numbers that a later version adds to the events are to
 * be passed over.
 */
int hdrtap_log_next(struct hdrtap_log *log);

/* After HDRTAP_LOG_IDLE: a descriptor that becomes readable (poll(), epoll) when a stream has more,
 * and the most milliseconds to wait for that, -1: any time. It is the log's; only wait for it. */
int hdrtap_log_fd(const struct hdrtap_log *log);
int hdrtap_log_wait(const struct hdrtap_log *log);

/* Number of the source that the last event is about. */
unsigned int hdrtap_log_source(const struct hdrtap_log *log);

/* What went wrong, one line without the program's name; "" before the first error. */
const char *hdrtap_log_error(const struct hdrtap_log *log);

/* After HDRTAP_LOG_NOTICE: one line, with file and byte range. */
const char *hdrtap_log_notice(const struct hdrtap_log *log);

/* Whether anything so far was damaged, other than the torn end that a crash leaves. */
int hdrtap_log_damaged(const struct hdrtap_log *log);

/* After HDRTAP_LOG_LOSS: so many records of this CPU are missing here. The cause is "reader" (they
 * never reached the log's writer) or "storage" (it had no room). Each pointer may be NULL. */
void hdrtap_log_loss(const struct hdrtap_log *log, unsigned int *cpu, const char **cause,
		     uint64_t *count);

/* The description of the last event's source; NULL when it has none yet. */
const struct hdrtap_description *hdrtap_log_description(const struct hdrtap_log *log);

/*
 * Up to when everything is known: no record that is still to come is older, but for those flagged
 * "late". 0: not known, or not by all sources. UTC, over all sources; and by the clock of the last
 * event's run (hdrtap_rec_clock()), which no setting of the machine's clock moves. It advances
 * while nothing passes, too.
 */
uint64_t hdrtap_log_complete_until(const struct hdrtap_log *log);
uint64_t hdrtap_log_complete_until_clock(const struct hdrtap_log *log);

/* Bytes read from files and streams, batches read, and batches stepped over because of since, until
 * and host. */
uint64_t hdrtap_log_bytes_read(const struct hdrtap_log *log);
uint64_t hdrtap_log_batches_read(const struct hdrtap_log *log);
uint64_t hdrtap_log_batches_skipped(const struct hdrtap_log *log);

/*
 * Descriptions
 */

const char *hdrtap_description_run(
	const struct hdrtap_description *description); /* 32 hex digits */
const char *hdrtap_description_host(const struct hdrtap_description *description);
const char *hdrtap_description_boot_id(const struct hdrtap_description *description); /* or "" */

/* Of the key behind hashed values: equal ids, comparable hashes. 0: none. */
uint64_t hdrtap_description_key_id(const struct hdrtap_description *description);

unsigned int hdrtap_description_schema(const struct hdrtap_description *description);
size_t hdrtap_description_record_size(const struct hdrtap_description *description);

/* Slots: the header elements that values belong to. Slot 0 is ":target", the request target, slot 1
 * ":method", a request method that has no name of its own; the others are header names in lower
 * case. NULL, "" or 0 for a slot that is not there. */
unsigned int hdrtap_description_slots(const struct hdrtap_description *description);
const char *hdrtap_description_slot_name(const struct hdrtap_description *description,
					 unsigned int slot);
const char *hdrtap_description_slot_mode(const struct hdrtap_description *description,
					 unsigned int slot);
int hdrtap_description_slot_active(const struct hdrtap_description *description, unsigned int slot);

/*
 * Records. After HDRTAP_LOG_RECORD.
 */

const struct hdrtap_rec *hdrtap_log_rec(const struct hdrtap_log *log);

/* A copy that lives until it is freed, whatever becomes of the log. NULL when out of memory. */
struct hdrtap_rec *hdrtap_rec_keep(const struct hdrtap_rec *rec);
void hdrtap_rec_free(struct hdrtap_rec *rec); /* a kept one, or NULL */

const struct hdrtap_description *hdrtap_rec_description(const struct hdrtap_rec *rec);

/* The whole record as it is stored, hdrtap_description_record_size() bytes, also what this version
 * does not know of it. <hdrtap/record.h> has the layout of its own schema. */
const void *hdrtap_rec_bytes(const struct hdrtap_rec *rec, size_t *size);

/* When the head was complete: ns since 1970, UTC; and by the run's own clock, ns. */
uint64_t hdrtap_rec_time(const struct hdrtap_rec *rec);
uint64_t hdrtap_rec_clock(const struct hdrtap_rec *rec);

/* Who it is: run, cpu and sequence together name one record. A hole in a cpu's numbers is a loss.
 */
const char *hdrtap_rec_run(const struct hdrtap_rec *rec);
unsigned int hdrtap_rec_cpu(const struct hdrtap_rec *rec);
uint64_t hdrtap_rec_sequence(const struct hdrtap_rec *rec);

/* Where it stands: the segment's number in the run, and the record's number in the run's log, both
 * from 0. */
unsigned int hdrtap_rec_segment(const struct hdrtap_rec *rec);
uint64_t hdrtap_rec_number(const struct hdrtap_rec *rec);

/* "request", "response"; other words are other kinds: pass over them. */
const char *hdrtap_rec_kind(const struct hdrtap_rec *rec);

/*
 * The method as on the wire, of a response that of its request; "_OTHER" when it is none of the
 * known ones and was not stored. NULL: not known. `length` may be NULL.
 */
const char *hdrtap_rec_method(const struct hdrtap_rec *rec, size_t *length);

/* The request target as stored; NULL: none. `length` may be NULL. */
const char *hdrtap_rec_target(const struct hdrtap_rec *rec, size_t *length);

int hdrtap_rec_status(const struct hdrtap_rec *rec);  /* 0-999; of a request -1 */
int hdrtap_rec_version(const struct hdrtap_rec *rec); /* major * 10 + minor: 11, 10, 9 */

/* "none", "length", "chunked", "close", "tunnel" or "invalid". */
const char *hdrtap_rec_framing(const struct hdrtap_rec *rec);
/* Bytes; INT64_MAX: that many or more; -1: framing is not "length". */
int64_t hdrtap_rec_body_size(const struct hdrtap_rec *rec);

uint32_t hdrtap_rec_head_length(const struct hdrtap_rec *rec);  /* bytes */
uint32_t hdrtap_rec_header_count(const struct hdrtap_rec *rec); /* header lines */
uint32_t hdrtap_rec_depth(const struct hdrtap_rec *rec);        /* message in its stream, from 1; 0:
								   not known */

/*
 * The other half. Whether a response's request is known; time from the last byte of its head to the
 * response's first byte, -1: not known; and where the other half's record is: 1, or 0 when it has
 * none. (Of requests: only those flagged "answered", whose response was logged before them.)
 * Pointers may be NULL.
 */
int hdrtap_rec_paired(const struct hdrtap_rec *rec);
int64_t hdrtap_rec_latency(const struct hdrtap_rec *rec);
int hdrtap_rec_pair(const struct hdrtap_rec *rec, unsigned int *cpu, uint64_t *sequence);

/* Addresses: 16 bytes, IPv6 or IPv4-mapped (::ffff:a.b.c.d), NULL: there is none; and ports. */
enum hdrtap_side {
	HDRTAP_SIDE_SOURCE = 0,
	HDRTAP_SIDE_DESTINATION = 1,
	HDRTAP_SIDE_CLIENT = 2 /* of a PROXY protocol header before the head */
};

#define HDRTAP_ADDRESS_SIZE 46 /* bytes of the longest text and its zero byte */

const unsigned char *hdrtap_rec_address(const struct hdrtap_rec *rec, int side);
unsigned int hdrtap_rec_port(const struct hdrtap_rec *rec, int side);

/* Writes it to `text`, as in 192.0.2.1 or 2001:db8::1. Returns `text`; "" when there is none. */
char *hdrtap_rec_address_text(const struct hdrtap_rec *rec, int side,
			      char text[HDRTAP_ADDRESS_SIZE]);

/* Where it was seen. */
unsigned int hdrtap_rec_ifindex(const struct hdrtap_rec *rec);  /* 0: of a capture */
const char *hdrtap_rec_interface(const struct hdrtap_rec *rec); /* its name then, or NULL */
const char *hdrtap_rec_direction(const struct hdrtap_rec *rec); /* "none", "receive", "transmit" */
const char *hdrtap_rec_hook(const struct hdrtap_rec *rec);      /* "tc", "xdp", "pcap" */
uint64_t hdrtap_rec_service(const struct hdrtap_rec *rec);      /* cgroup id, 0: not known */
uint32_t hdrtap_rec_tcp_sequence(const struct hdrtap_rec *rec); /* of the head's first byte */
unsigned int hdrtap_rec_generation(const struct hdrtap_rec *rec); /* of the chosen elements */

/* What it was in, outermost first: VLAN ids, tunnels ("vxlan", "gre", ...; NULL: no more) with
 * their network identifier or key, and the MPLS label at the bottom of `labels` of them, -1: none.
 */
unsigned int hdrtap_rec_vlans(const struct hdrtap_rec *rec);
unsigned int hdrtap_rec_vlan(const struct hdrtap_rec *rec, unsigned int i);
const char *hdrtap_rec_tunnel(const struct hdrtap_rec *rec, unsigned int i);
uint32_t hdrtap_rec_tunnel_id(const struct hdrtap_rec *rec, unsigned int i);
int32_t hdrtap_rec_mpls(const struct hdrtap_rec *rec, unsigned int *labels);

/* Flags: bits, and the name of each, as in hdrtap.flags of the JSON lines; NULL: no such bit. */
uint64_t hdrtap_rec_flags(const struct hdrtap_rec *rec);
const char *hdrtap_flag_name(unsigned int bit);
int hdrtap_rec_has_flag(const struct hdrtap_rec *rec, const char *name);

/* Whether the head had a header of that name (lower case), chosen or not: 1, 0, or -1: it is none
 * of the 64 well-known names and was not chosen. */
int hdrtap_rec_has_header(const struct hdrtap_rec *rec, const char *name);

/*
 * Values, in the order of the wire, from 0. `name` is a slot's name as above. Accessors of a value
 * that is not there return NULL, "" or 0.
 */
unsigned int hdrtap_rec_values(const struct hdrtap_rec *rec);
unsigned int hdrtap_rec_omitted(const struct hdrtap_rec *rec); /* values there was no room for */

/* The number of the nth value (from 0) of that name, -1: there is none. */
int hdrtap_rec_find(const struct hdrtap_rec *rec, const char *name, unsigned int nth);

const char *hdrtap_rec_value_name(const struct hdrtap_rec *rec, unsigned int i);
unsigned int hdrtap_rec_value_slot(const struct hdrtap_rec *rec, unsigned int i);
const char *hdrtap_rec_value(const struct hdrtap_rec *rec, unsigned int i, size_t *stored);
size_t hdrtap_rec_value_original(const struct hdrtap_rec *rec,
				 unsigned int i); /* bytes on the wire; 65535: that or more */

/* What the stored bytes are: "keep", "length" (none), "hash" (8 bytes), "scheme", "names", or
 * "redacted": kept, without secrets, so that the lengths say nothing. */
const char *hdrtap_rec_value_mode(const struct hdrtap_rec *rec, unsigned int i);

#ifdef __cplusplus
}
#endif

#endif
