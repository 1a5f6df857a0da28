/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every counter, once: symbol, exported name, help. Kernel counters are kept per CPU by the
 * programs (and by the native build), user counters by the reader. All count from 0 and never
 * decrease within a run, but for IN_PROGRESS.
 *
 * The accounts that close (DESIGN.md, "Accounts"):
 *   packets   = sum of the PACKET outcomes, each packet having exactly one
 *   heads     = emitted + filtered + excluded + limited + lost_* + abandoned_* + in progress
 *   emitted   = written + dropped + in flight          (in flight is 0 at exit)
 *   stdout    = stdout_written + stdout_slow + stdout_failed + waiting   (likewise)
 */
#ifndef HDRTAP_COUNTERS_H
#define HDRTAP_COUNTERS_H

#include <hdrtap/types.h>

/* The one outcome of a packet; the first that applies, in this order. */
#define HDRTAP_PACKET_COUNTERS(X)                                                                \
	X(EXPRESSION, "packets_expression", "excluded by the expression")                        \
	X(NOT_IP, "packets_not_ip", "neither IPv4 nor IPv6")                                     \
	X(MALFORMED, "packets_malformed", "IP or TCP header too short, or inconsistent lengths") \
	X(FRAGMENT, "packets_fragment", "IP fragments after the first")                          \
	X(NOT_TCP, "packets_not_tcp", "IP packets that are not TCP")                             \
	X(NO_PAYLOAD, "packets_no_payload", "TCP without payload")                               \
	X(PORT, "packets_port", "TCP on ports not in --ports")                                   \
	X(SAMPLED_OUT, "packets_sampled_out", "TCP on connections left out by --sample")         \
	X(NESTED, "packets_nested", "not parsed: interrupted a program on the same CPU")         \
	X(LOAD_FAILED, "packets_load_failed", "the payload could not be read")                   \
	X(CONTENDED, "packets_contended", "not parsed: another CPU held the connection")         \
	X(SEEN_AGAIN, "packets_seen_again",                                                      \
	  "only bytes already seen at another interface, direction, VLAN or tunnel")             \
	X(RETRANSMITTED, "packets_retransmitted", "only bytes already seen")                     \
	X(OUT_OF_ORDER, "packets_out_of_order", "out of order: held, or skipped")                \
	X(HEAD, "packets_head", "part of at least one head")                                     \
	X(BODY, "packets_body", "only bytes of message bodies or tunnels")                       \
	X(TLS, "packets_tls", "TLS, from the ClientHello on")                                    \
	X(HTTP2, "packets_http2", "HTTP/2, from the preface on")                                 \
	X(NOT_HTTP, "packets_not_http", "payload that is not HTTP/1")

/* What became of the heads. */
#define HDRTAP_HEAD_COUNTERS(X)                                                          \
	X(HEADS, "heads_started", "heads with a complete start line")                    \
	X(EMITTED, "heads_emitted", "records written to the ring buffer")                \
	X(FILTERED, "heads_filtered", "heads excluded by --heads")                       \
	X(EXCLUDED, "heads_excluded", "heads excluded by --where before their records")  \
	X(LIMITED, "heads_limited", "heads above the rate limit (--limit)")              \
	X(LOST_SPACE, "heads_lost_space", "records lost: ring buffer full")              \
	X(LOST_RING, "heads_lost_ring", "records lost: no ring buffer on this CPU")      \
	X(LOST_OTHER, "heads_lost_other", "records lost: other perf output errors")      \
	X(ABANDONED_BAD, "heads_abandoned_bad", "heads abandoned: not HTTP after all")   \
	X(ABANDONED_GAP, "heads_abandoned_gap", "heads abandoned: TCP segments missing") \
	X(ABANDONED_EVICTED, "heads_abandoned_evicted",                                  \
	  "heads abandoned: evicted for another connection")                             \
	X(ABANDONED_TIMEOUT, "heads_abandoned_timeout",                                  \
	  "heads abandoned: the rest did not arrive in time")                            \
	X(ABANDONED_BUDGET, "heads_abandoned_budget",                                    \
	  "heads abandoned: work limit per packet reached")                              \
	X(ABANDONED_END, "heads_abandoned_end", "heads abandoned: connection or capture ended")

/* Notable, beside the accounts. */
#define HDRTAP_NOTE_COUNTERS(X)                                                                  \
	X(REQUESTS, "requests", "request heads emitted")                                         \
	X(RESPONSES, "responses", "response heads emitted")                                      \
	X(UNSOLICITED, "responses_unsolicited", "response heads without a preceding request")    \
	X(UNPAIRED, "responses_unpaired", "response heads whose request is not known")           \
	X(UNANSWERED, "requests_unanswered",                                                     \
	  "requests without a response when the connection ended")                               \
	X(CONNECTIONS, "connections", "connections added to the flow table")                     \
	X(EVICTED, "connections_evicted", "connections evicted from the flow table")             \
	X(OVERLAPPED, "packets_overlapped", "packets with some bytes already seen")              \
	X(HELD, "segments_held", "out-of-order segments held")                                   \
	X(HELD_DROPPED, "segments_held_dropped", "of these, dropped with their connection")      \
	X(GAPS, "gaps", "gaps in streams, after which the parser searched for a head")           \
	X(IN_PROGRESS, "heads_in_progress", "heads still unfinished (now)")                      \
	X(RESYNC, "heads_resync", "heads emitted after searching for their start")               \
	X(OVER_BUDGET, "over_budget", "packets with more work than the limit")                   \
	X(INCOMPLETE, "heads_incomplete", "heads emitted incomplete")                            \
	X(MALFORMED_HEADS, "heads_malformed", "heads emitted with syntax that RFC 9112 rejects") \
	X(SMUGGLING, "heads_smuggling", "heads emitted with ambiguous framing")                  \
	X(TRUNCATED_VALUES, "heads_truncated",                                                   \
	  "heads emitted with a value truncated to fit the record")

#define HDRTAP_KERNEL_COUNTERS(X) \
	HDRTAP_PACKET_COUNTERS(X) \
	HDRTAP_HEAD_COUNTERS(X)   \
	HDRTAP_NOTE_COUNTERS(X)

/* Kept by the reader. Of two outputs the first is the log; STDOUT is about the other. */
#define HDRTAP_USER_COUNTERS(X)                                                          \
	X(WRITTEN, "records_written", "records passed to the output")                    \
	X(DROPPED, "records_dropped", "records that the output did not accept")          \
	X(EXCLUDED, "records_excluded", "records excluded by --where")                   \
	X(LOST_REPORTED, "records_lost_reported",                                        \
	  "losses reported by the ring buffers (cross-check)")                           \
	X(STDOUT, "records_stdout", "records meant for standard output, beside the log") \
	X(STDOUT_WRITTEN, "records_stdout_written", "records handed to standard output") \
	X(STDOUT_SLOW, "records_stdout_slow",                                            \
	  "records not written to standard output: its reader was too slow")             \
	X(STDOUT_FAILED, "records_stdout_failed",                                        \
	  "records not written to standard output: it failed or was closed")             \
	X(TAKEN, "programs_taken_away",                                                  \
	  "programs that others took away; hdrtap attaches them again")

#define HDRTAP_X_COUNTER(s, ...) HDRTAP_COUNTER_##s,
enum hdrtap_counter {
	HDRTAP_KERNEL_COUNTERS(HDRTAP_X_COUNTER) HDRTAP_COUNTER_MAX
};
#define HDRTAP_X_USER_COUNTER(s, ...) HDRTAP_USER_##s,
enum hdrtap_user_counter {
	HDRTAP_USER_COUNTERS(HDRTAP_X_USER_COUNTER) HDRTAP_USER_MAX
};

#define HDRTAP_UNREAD_MAX 8

/* Packets of an Ethertype that was not looked into. */
struct hdrtap_unread {
	__u64 packets;
	__u32 ethertype; /* 0: several */
	__u32 unused;
};

/* One CPU's share (or the sum of all). */
struct hdrtap_counters {
	__u64 count[HDRTAP_COUNTER_MAX];
	struct hdrtap_unread unread[HDRTAP_UNREAD_MAX]; /* of the NOT_IP, but for everyday ones:
							   unread.h. The last is of all others */
};

/* Adds packets of an Ethertype, 0: of several. */
HDRTAP_INLINE void hdrtap_unread_add(struct hdrtap_counters *counters, __u32 ethertype,
				     __u64 packets)
{
	__u32 last = HDRTAP_UNREAD_MAX - 1, i;

	for (i = 0; i < last; i++) {
		struct hdrtap_unread *unread = &counters->unread[i];

		if (!ethertype)
			continue;
		if (!unread->packets)
			unread->ethertype = ethertype;
		if (unread->ethertype != ethertype)
			continue;
		unread->packets += packets;
		return;
	}
	counters->unread[last].packets += packets;
}

#endif
