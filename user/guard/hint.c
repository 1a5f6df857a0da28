/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "guard/hint.h"

#include "base/error.h"

#define QUIET_NS 5000000000ULL /* without a head, before it is reported */

static void begin(struct hint *hint, const struct hdrtap_counters *counters, __u64 now)
{
	hint->since = now;
	hint->heads = counters->count[HDRTAP_COUNTER_HEADS];
	hint->tls = counters->count[HDRTAP_COUNTER_TLS];
	hint->http2 = counters->count[HDRTAP_COUNTER_HTTP2];
}

void hint_look(struct hint *hint, const struct hdrtap_counters *counters, __u64 now)
{
	__u64 tls = counters->count[HDRTAP_COUNTER_TLS] - hint->tls;
	__u64 http2 = counters->count[HDRTAP_COUNTER_HTTP2] - hint->http2;

	if (hint->said)
		return;
	if (!hint->since || counters->count[HDRTAP_COUNTER_HEADS] != hint->heads) {
		begin(hint, counters, now);
		return;
	}
	if (now - hint->since < QUIET_NS || !(tls || http2))
		return;
	warn_line("no HTTP/1 for 5 seconds, but %llu packets of TLS and %llu "
		  "of HTTP/2: hdrtap cannot parse them; capture where traffic "
		  "is decrypted, such as behind the proxy",
		  tls, http2);
	hint->said = true;
}
