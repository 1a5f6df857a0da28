/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every counter, once: symbol, exported name, help. Kernel counters are kept per CPU by the
 * programs (and by the native build), user counters by the reader. All count from 0 and never
 * decrease within a run, but for IN_PROGRESS.
 *
 * The accounts that close (DESIGN.md, "Accounts"):
 *   packets   = sum of the PACKET outcomes, each packet having exactly one
 *   heads     = emitted + filtered + lost_* + abandoned_* + in progress
 *   emitted   = written + dropped + in flight          (in flight is 0 at exit)
 *   stdout    = stdout_written + stdout_slow + stdout_failed + waiting   (likewise)
 */
#ifndef HDRTAP_COUNTERS_H
#define HDRTAP_COUNTERS_H

#include <hdrtap/types.h>

/* The one outcome of a packet; the first that applies, in this order. */
#define HDRTAP_PACKET_COUNTERS(X)                                                                  \
	X(NOT_IP, "packets_not_ip", "packets that are neither IPv4 nor IPv6")                      \
	X(MALFORMED, "packets_malformed", "IP or TCP headers too short or lengths that disagree")  \
	X(FRAGMENT, "packets_fragment", "IP fragments after the first")                            \
	X(NOT_TCP, "packets_not_tcp", "IP packets that are not TCP")                               \
	X(NO_PAYLOAD, "packets_no_payload", "TCP without payload")                                 \
	X(PORT, "packets_port", "TCP on ports that were not chosen")                               \
	X(NESTED, "packets_nested", "the per-CPU buffers were in use by an interrupted program")   \
	X(LOAD_FAILED, "packets_load_failed", "the payload could not be read")                     \
	X(CONTENDED, "packets_contended", "the connection was in use on another CPU")              \
	X(SEEN_AGAIN, "packets_seen_again", "seen before at the other direction of the interface") \
	X(RETRANSMITTED, "packets_retransmitted", "nothing but bytes seen before")                 \
	X(OUT_OF_ORDER, "packets_out_of_order", "held or passed over: earlier bytes are missing")  \
	X(HEAD, "packets_head", "at least one head starts, goes on or ends here")                  \
	X(BODY, "packets_body", "only bytes of bodies and tunnels")                                \
	X(TLS, "packets_tls", "TLS ClientHello, or the rest of a TLS connection")                  \
	X(HTTP2, "packets_http2", "HTTP/2 preface, or the rest of its connection")                 \
	X(NOT_HTTP, "packets_not_http", "payload that is no HTTP/1 head")

/* What became of the heads. */
#define HDRTAP_HEAD_COUNTERS(X)                                                                  \
	X(HEADS, "heads_started", "heads whose start line was seen")                             \
	X(EMITTED, "heads_emitted", "records put into the perf buffer")                          \
	X(FILTERED, "heads_filtered", "heads not asked for (--heads)")                           \
	X(LIMITED, "heads_limited", "heads beyond the rate limit")                               \
	X(LOST_SPACE, "heads_lost_space", "records lost: the perf buffer was full")              \
	X(LOST_RING, "heads_lost_ring", "records lost: this CPU has no perf buffer")             \
	X(LOST_OTHER, "heads_lost_other", "records lost: perf output failed otherwise")          \
	X(ABANDONED_BAD, "heads_abandoned_bad", "heads given up: not HTTP after all")            \
	X(ABANDONED_GAP, "heads_abandoned_gap", "heads given up: segments are missing")          \
	X(ABANDONED_EVICTED, "heads_abandoned_evicted", "heads given up for another connection") \
	X(ABANDONED_TIMEOUT, "heads_abandoned_timeout", "heads given up: the rest did not come") \
	X(ABANDONED_BUDGET, "heads_abandoned_budget", "heads given up: too much work")           \
	X(ABANDONED_END, "heads_abandoned_end", "heads given up: connection or capture ended")

/* Notable, beside the accounts. */
#define HDRTAP_NOTE_COUNTERS(X)                                                                  \
	X(REQUESTS, "requests", "request heads emitted")                                         \
	X(RESPONSES, "responses", "response heads emitted")                                      \
	X(UNSOLICITED, "responses_unsolicited", "response heads without a request before them")  \
	X(UNPAIRED, "responses_unpaired", "response heads behind too many unanswered requests")  \
	X(UNANSWERED, "requests_unanswered", "requests whose connection ended without response") \
	X(CONNECTIONS, "connections", "connections entered into the flow table")                 \
	X(EVICTED, "connections_evicted", "connections given up for others")                     \
	X(OVERLAPPED, "packets_overlapped", "packets of which some bytes were seen before")      \
	X(HELD, "segments_held", "segments held until earlier ones came")                        \
	X(HELD_DROPPED, "segments_held_dropped", "of these, given up with their connection")     \
	X(GAPS, "gaps", "places where segments are missing and the next head was searched for")  \
	X(IN_PROGRESS, "heads_in_progress", "heads begun whose end did not come yet (now)")      \
	X(RESYNC, "heads_resync", "heads emitted that were found by looking for them")           \
	X(OVER_BUDGET, "over_budget", "packets that held more than is parsed of one packet")     \
	X(INCOMPLETE, "heads_incomplete", "heads emitted before their end was seen")             \
	X(MALFORMED_HEADS, "heads_malformed", "heads emitted with syntax RFC 9112 rejects")      \
	X(SMUGGLING, "heads_smuggling", "heads emitted with framing that can be read two ways")  \
	X(TRUNCATED_VALUES, "heads_truncated", "heads emitted with a value cut to fit the record")

#define HDRTAP_KERNEL_COUNTERS(X) \
	HDRTAP_PACKET_COUNTERS(X) \
	HDRTAP_HEAD_COUNTERS(X)   \
	HDRTAP_NOTE_COUNTERS(X)

/* Kept by the reader. Of two outputs the first is the log; STDOUT is about the other. */
#define HDRTAP_USER_COUNTERS(X)                                                          \
	X(WRITTEN, "records_written", "records handed to the output")                    \
	X(DROPPED, "records_dropped", "records the reader could not hand on")            \
	X(LOST_REPORTED, "records_lost_reported",                                        \
	  "losses the perf buffers reported: a cross-check")                             \
	X(STDOUT, "records_stdout", "records meant for standard output, beside the log") \
	X(STDOUT_WRITTEN, "records_stdout_written", "records handed to standard output") \
	X(STDOUT_SLOW, "records_stdout_slow",                                            \
	  "records not written to standard output: its reader was too slow")             \
	X(STDOUT_FAILED, "records_stdout_failed",                                        \
	  "records not written to standard output: it failed or was closed")

#define HDRTAP_X_COUNTER(s, ...) HDRTAP_COUNTER_##s,
enum hdrtap_counter {
	HDRTAP_KERNEL_COUNTERS(HDRTAP_X_COUNTER) HDRTAP_COUNTER_MAX
};
#define HDRTAP_X_USER_COUNTER(s, ...) HDRTAP_USER_##s,
enum hdrtap_user_counter {
	HDRTAP_USER_COUNTERS(HDRTAP_X_USER_COUNTER) HDRTAP_USER_MAX
};

/* One CPU's share (or the sum of all). */
struct hdrtap_counters {
	__u64 count[HDRTAP_COUNTER_MAX];
};

#endif
