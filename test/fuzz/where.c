/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Predicates: whatever the text, it is refused with a column inside it, or decided for a request
 * with and without its response. One that is told later is not told otherwise before, and what the
 * text becomes is the same predicate again.
 */
#include <stdlib.h>
#include <string.h>

#include "where/where_kernel.h"

static struct hdrtap_record request = {
	.kind = HDRTAP_KIND_REQUEST,
	.method = HDRTAP_METHOD_GET,
	.source_port = 40000,
	.destination_port = 80,
	.names = 1ULL << HDRTAP_NAME_HOST,
};
static struct hdrtap_record response = {
	.kind = HDRTAP_KIND_RESPONSE,
	.status = 503,
	.latency = 1000000,
	.source_port = 80,
	.destination_port = 40000,
	.flags = HDRTAP_FLAG(TRUNCATED),
};

static enum where_value decide(const struct where *where, const struct run_meta *meta, bool later,
			       __u8 kind)
{
	const struct where_head heads[2] = { { &request, meta, "eth0" },
					     { &response, meta, NULL } };
	const struct where_transaction transaction = {
		.request = &heads[0],
		.response = later ? NULL : &heads[1],
		.no_response = WHERE_COMING,
		.kind = kind,
	};

	return where_decide(where, &transaction);
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check(const struct where *where, const struct run_meta *meta)
{
	struct where *again = where_new();
	struct where_error error;
	struct hdrtap_where told;

	must(again && !where_add(again, where_text(where), &error));
	where_kernel(&told, where, meta, 6);
	must(told.ways <= HDRTAP_WHERE_WAYS && told.terms <= HDRTAP_WHERE_TERMS);
	for (__u8 kind = HDRTAP_KIND_REQUEST; kind <= HDRTAP_KIND_RESPONSE; kind++) {
		enum where_value before = decide(where, meta, true, kind);
		enum where_value value = decide(where, meta, false, kind);

		must(value != WHERE_LATER);
		must(before == WHERE_LATER || before == value);
		must(decide(again, meta, false, kind) == value);
	}
	where_free(again);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	static struct run_meta meta;
	struct where *where = where_new();
	struct where_error error;
	char *text = strndup((const char *)data, size);

	if (!meta.slot_count)
		must(!run_meta_init(&meta));
	must(where && text);
	if (!where_add(where, text, &error))
		check(where, &meta);
	else
		must(error.column >= 1 && error.column <= strlen(text) + 1 && *error.text);
	free(text);
	where_free(where);
	return 0;
}
