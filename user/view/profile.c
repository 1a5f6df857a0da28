/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An object is written as OpenTelemetry has it, then its keys are changed by a table, and values
 * where the other vocabulary has another type. So whatever becomes a key of JSON is one of every
 * profile: under its name there, or else behind "hdrtap.".
 */
#include "view/profile.h"

#include <string.h>

#include "view/profile_values.h"

#define REQUEST_HEADER  "http.request.header."
#define RESPONSE_HEADER "http.response.header."

struct row {
	const char *from;
	const char *to; /* NULL: the same with "hdrtap." in front */
	enum profile_how how;
};

struct profile {
	const char *constant; /* what every object begins with */
	const struct row *rows;
	bool by_role;              /* the source is the client in responses, too */
	const char *header[2];     /* what is in front of a header's name: request, response */
	const char *behind_header; /* and behind it */
	enum profile_how how_header;
	bool underscores; /* '-' in a header's name is '_' */
};

struct writing {
	const struct profile *profile;
	const struct profile_pairs *pairs;
	struct out *out;
	bool swapped; /* source and destination */
};

static const struct row ecs_rows[] = {
	{ "timestamp", "@timestamp", PROFILE_SAME },
	{ "source.address", "source.ip", PROFILE_SAME },
	{ "destination.address", "destination.ip", PROFILE_SAME },
	{ "network.protocol.name", "network.protocol", PROFILE_SAME },
	{ "network.protocol.version", "http.version", PROFILE_SAME },
	{ "network.interface.name", "observer.ingress.interface.name", PROFILE_SAME },
	{ "network.io.direction", "network.direction", PROFILE_DIRECTION },
	{ "http.request.method", "http.request.method", PROFILE_METHOD },
	{ "http.request.method_original", NULL, PROFILE_LEFT_OUT },
	{ "server.address", "url.domain", PROFILE_SAME },
	{ "hdrtap.latency_ns", "event.duration", PROFILE_SAME },
	{ REQUEST_HEADER "referer", "http.request.referrer", PROFILE_JOINED },
	{ REQUEST_HEADER "x-request-id", "http.request.id", PROFILE_JOINED },
	{ REQUEST_HEADER "x-forwarded-for", "network.forwarded_ip", PROFILE_ADDRESS },
	{ 0 },
};

static const struct row zeek_rows[] = {
	{ "timestamp", "ts", PROFILE_SECONDS },
	{ "source.address", "id.orig_h", PROFILE_SAME },
	{ "source.port", "id.orig_p", PROFILE_SAME },
	{ "destination.address", "id.resp_h", PROFILE_SAME },
	{ "destination.port", "id.resp_p", PROFILE_SAME },
	{ "network.type", NULL, PROFILE_SAME },
	{ "network.interface.name", NULL, PROFILE_SAME },
	{ "network.io.direction", NULL, PROFILE_SAME },
	{ "network.protocol.name", NULL, PROFILE_LEFT_OUT },
	{ "network.protocol.version", "version", PROFILE_SAME },
	{ "http.request.method", "method", PROFILE_METHOD },
	{ "http.request.method_original", NULL, PROFILE_LEFT_OUT },
	{ "url.original", "uri", PROFILE_SAME },
	{ "url.path", NULL, PROFILE_SAME },
	{ "url.query", NULL, PROFILE_SAME },
	{ "server.address", "host", PROFILE_SAME },
	{ "user_agent.original", "user_agent", PROFILE_SAME },
	{ "http.response.status_code", "status_code", PROFILE_SAME },
	{ "hdrtap.depth", "trans_depth", PROFILE_SAME },
	{ REQUEST_HEADER "referer", "referrer", PROFILE_JOINED },
	{ REQUEST_HEADER "origin", "origin", PROFILE_JOINED },
	{ REQUEST_HEADER "x-forwarded-for", "proxied", PROFILE_PROXIED },
	{ 0 },
};

static const struct row apipark_rows[] = {
	{ "timestamp", "msec", PROFILE_UNIX },
	{ "timestamp", "time_iso8601", PROFILE_ISO_MS },
	{ "source.address", "remote_addr", PROFILE_SAME },
	{ "source.port", "remote_port", PROFILE_STRING },
	{ "destination.address", NULL, PROFILE_SAME },
	{ "destination.port", NULL, PROFILE_SAME },
	{ "network.type", NULL, PROFILE_SAME },
	{ "network.interface.name", NULL, PROFILE_SAME },
	{ "network.io.direction", NULL, PROFILE_SAME },
	{ "network.protocol.name", NULL, PROFILE_SAME },
	{ "network.protocol.version", NULL, PROFILE_SAME },
	{ "http.request.method", "request_method", PROFILE_METHOD },
	{ "http.request.method_original", NULL, PROFILE_LEFT_OUT },
	{ "url.original", "request_uri", PROFILE_SAME },
	{ "url.path", "uri", PROFILE_SAME },
	{ "url.query", "query", PROFILE_SAME },
	{ "server.address", "host", PROFILE_SAME },
	{ "user_agent.original", "http_user_agent", PROFILE_SAME },
	{ "http.response.status_code", "status", PROFILE_STRING },
	{ "hdrtap.latency_ns", "response_time", PROFILE_MILLISECONDS },
	{ REQUEST_HEADER "x-request-id", "request_id", PROFILE_ID },
	{ REQUEST_HEADER "x-forwarded-for", "src_ip", PROFILE_ADDRESS },
	{ 0 },
};

static const struct profile ecs = {
	.constant = "\"ecs.version\":\"8.11.0\",",
	.rows = ecs_rows,
	.header = { "http.request.headers.", "http.response.headers." },
	.behind_header = "",
};

static const struct profile zeek = {
	.constant = "",
	.rows = zeek_rows,
	.by_role = true,
	.header = { "hdrtap.request.header.", "hdrtap.response.header." },
	.behind_header = ".value",
};

static const struct profile apipark = {
	.constant = "",
	.rows = apipark_rows,
	.by_role = true,
	.header = { "header_", "response_header_" },
	.behind_header = "",
	.how_header = PROFILE_JOINED,
	.underscores = true,
};

/* 0: a request's header, 1: a response's, -1: no key of a header. `*name`: which. */
static int header_of(struct profile_text key, struct profile_text *name)
{
	static const char *const before[] = { REQUEST_HEADER, RESPONSE_HEADER };

	for (int i = 0; i < 2; i++) {
		size_t size = strlen(before[i]);

		if (key.size > size && !memcmp(key.at, before[i], size)) {
			*name = (struct profile_text){ key.at + size, key.size - size };
			return i;
		}
	}
	return -1;
}

static bool same_byte(const struct profile *profile, char a, char b)
{
	return a == b || (profile->underscores && (a == '-' || a == '_') && (b == '-' || b == '_'));
}

/* Whether two keys are of headers whose names become one. */
static bool same_header(const struct profile *profile, struct profile_text a, struct profile_text b)
{
	struct profile_text name, other;
	int of = header_of(a, &name);

	if (of < 0 || of != header_of(b, &other) || name.size != other.size)
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!same_byte(profile, name.at[i], other.at[i]))
			return false;
	return true;
}

static void put_header_name(const struct writing *w, int of, struct profile_text name)
{
	out_text(w->out, w->profile->header[of]);
	for (size_t i = 0; i < name.size; i++)
		out_char(w->out, w->profile->underscores && name.at[i] == '-' ? '_' : name.at[i]);
	out_text(w->out, w->profile->behind_header);
}

/* Of all headers whose names become that of pair `at`. */
static void put_all_joined(const struct writing *w, size_t at)
{
	const struct profile_pair *pair = w->pairs->pair;

	out_char(w->out, '"');
	for (size_t i = at; i < w->pairs->count; i++)
		if (same_header(w->profile, pair[at].key, pair[i].key))
			profile_put_joined(w->out, pair[i].value, i == at);
	out_char(w->out, '"');
}

/* A header by itself, which is what has no row, or more than its row says. */
static void put_header(const struct writing *w, size_t at, int of, struct profile_text name)
{
	const struct profile_pair *pair = w->pairs->pair;

	for (size_t i = 0; i < at; i++)
		if (same_header(w->profile, pair[at].key, pair[i].key))
			return; /* it went with that one */
	out_char(w->out, '"');
	put_header_name(w, of, name);
	out_text(w->out, "\":");
	if (w->profile->how_header == PROFILE_JOINED)
		put_all_joined(w, at);
	else
		profile_put(w->out, pair[at].value);
	out_char(w->out, ',');
}

static void put_method(const struct writing *w, struct profile_text method)
{
	struct profile_text original = profile_pairs_find(w->pairs, "http.request.method_original");

	profile_put(w->out, original.size ? original : method);
}

/* What an endpoint is called when responses are told from the client's side. */
static const char *swapped(struct profile_text key)
{
	static const char *const pairs[][2] = {
		{ "source.address", "destination.address" },
		{ "source.port", "destination.port" },
	};

	for (int i = 0; i < 4; i++)
		if (profile_text_is(key, pairs[i / 2][i % 2]))
			return pairs[i / 2][1 - i % 2];
	return NULL;
}

static struct profile_text role_of(const struct writing *w, struct profile_text key)
{
	const char *other = w->swapped ? swapped(key) : NULL;

	return other ? (struct profile_text){ other, strlen(other) } : key;
}

static void put_row_name(const struct writing *w, const struct row *row)
{
	bool sent = profile_text_is(profile_pairs_find(w->pairs, "network.io.direction"),
				    "\"transmit\"");

	if (!row->to) {
		out_text(w->out, "hdrtap.");
		out_text(w->out, row->from);
	} else if (sent && !strcmp(row->to, "observer.ingress.interface.name")) {
		out_text(w->out, "observer.egress.interface.name");
	} else {
		out_text(w->out, row->to);
	}
}

/* The name of a key in lists of keys. */
static void put_name(const struct writing *w, struct profile_text key)
{
	struct profile_text name;
	int of = header_of(key, &name);

	if (of >= 0) {
		put_header_name(w, of, name);
		return;
	}
	for (const struct row *row = w->profile->rows; row->from; row++)
		if (row->how != PROFILE_LEFT_OUT && profile_text_is(key, row->from)) {
			put_row_name(w, row);
			return;
		}
	profile_put(w->out, profile_text_is(key, "http.request.method_original")
				    ? (struct profile_text){ "http.request.method", 19 }
				    : key);
}

/* hdrtap.redacted and hdrtap.latin1 name keys. */
static bool put_list_of_keys(const struct writing *w, const struct profile_pair *pair)
{
	struct profile_text rest = profile_inside(pair->value), value;
	const char *before = "\":[\"";

	if (!profile_text_is(pair->key, "hdrtap.redacted") &&
	    !profile_text_is(pair->key, "hdrtap.latin1"))
		return false;
	out_char(w->out, '"');
	profile_put(w->out, pair->key);
	for (; profile_next(&rest, &value); before = "\",\"") {
		out_text(w->out, before);
		put_name(w, profile_inside(value));
	}
	out_text(w->out, before[0] == '"' && before[1] == ':' ? "\":[]," : "\"],");
	return true;
}

static void put_pair(const struct writing *w, size_t at)
{
	const struct profile_pair *pair = &w->pairs->pair[at];
	struct profile_text key = role_of(w, pair->key), name;
	bool known = false;
	int of = header_of(key, &name);

	if (put_list_of_keys(w, pair))
		return;
	for (const struct row *row = w->profile->rows; row->from; row++) {
		if (!profile_text_is(key, row->from))
			continue;
		known = true;
		if (!profile_has_value(row->how, pair->value))
			continue;
		out_char(w->out, '"');
		put_row_name(w, row);
		out_text(w->out, "\":");
		if (row->how == PROFILE_METHOD)
			put_method(w, pair->value);
		else
			profile_put_value(w->out, row->how, pair->value);
		out_char(w->out, ',');
	}
	if (of >= 0) {
		put_header(w, at, of, name);
	} else if (!known) {
		out_char(w->out, '"');
		profile_put(w->out, key);
		out_text(w->out, "\":");
		profile_put(w->out, pair->value);
		out_char(w->out, ',');
	}
}

static void rewrite(struct out *out, const struct profile *profile)
{
	struct profile_pairs pairs;
	struct writing w = { .profile = profile, .pairs = &pairs, .out = out };

	profile_pairs_read(&pairs,
			   (struct profile_text){ out->bytes + out->line, out->used - out->line });
	w.swapped = profile->by_role &&
		    profile_text_is(profile_pairs_find(&pairs, "hdrtap.kind"), "\"response\"");
	out_char(out, '{');
	out_text(out, profile->constant);
	for (size_t i = 0; i < pairs.count; i++)
		put_pair(&w, i);
	if (out->bytes[out->used - 1] == ',')
		out->used--;
	out_char(out, '}');
}

void profile_ecs(struct out *out)
{
	rewrite(out, &ecs);
}

void profile_zeek(struct out *out)
{
	rewrite(out, &zeek);
}

void profile_apipark(struct out *out)
{
	rewrite(out, &apipark);
}
