/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One flat object per line: the keys of OpenTelemetry's semantic conventions where there is one,
 * hdrtap.* otherwise. A key stands there only when there is something to say; an empty value is "".
 *
 * JSON text is UTF-8 and header values need not be. The values of a key that are not all UTF-8 are
 * written byte by byte as U+0000 to U+00FF, and the key is named in hdrtap.latin1, so that the
 * bytes can be had again. A truncated value loses the character that the cut went through rather
 * than being treated so.
 */
#include "view/sink_json.h"

#include "view/json_details.h"

static void put_status(struct json_out *json, const struct hdrtap_record *rec)
{
	json_key(json, JSON_KEY("http.response.status_code"));
	json_number(json, rec->status);
}

static void json_line(struct view_sink *v, const struct view *view)
{
	struct json_sink *sink = (struct json_sink *)v;
	struct json_out *json = &sink->json;

	json_begin(json);
	json_put_place(sink, view);
	if (view->rec->kind == HDRTAP_KIND_REQUEST)
		json_put_request(sink, view);
	else
		put_status(json, view->rec);
	json_put_headers(sink, view);
	json_put_original_lengths(sink, view, false);
	json_put_redacted(sink, view, NULL);
	json_latin1(json);
	json_put_details(sink, view->rec);
	json_end(json);
}

static void put_response(struct json_sink *sink, const struct view *response)
{
	put_status(&sink->json, response->rec);
	json_put_headers(sink, response);
	json_put_original_lengths(sink, response, true);
}

static void json_transaction(struct view_sink *v, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	struct json_sink *sink = (struct json_sink *)v;
	struct json_out *json = &sink->json;

	json_begin(json);
	json_put_transaction_place(sink, transaction);
	if (request) {
		json_put_request(sink, request);
		json_put_headers(sink, request);
		json_put_original_lengths(sink, request, true);
	}
	if (response)
		put_response(sink, response);
	json_put_redacted(sink, request, response);
	json_latin1(json);
	json_put_transaction_details(sink, transaction);
	json_end(json);
}

static void take_name(struct json_slot *slot, const char *name)
{
	struct json_name *to = &slot->name;
	struct view_bytes text = { (const __u8 *)name, strnlen(name, HDRTAP_NAME_MAX) };
	__u8 mapped[2 * HDRTAP_NAME_MAX];

	if (!view_is_utf8(text))
		text = (struct view_bytes){ mapped, view_latin1(mapped, text) };
	to->size = json_escape(to->text, text.bytes, text.size) - to->text;
	slot->request.size = slot->other.size = 0;
}

static int json_describe(struct view_sink *v)
{
	struct json_sink *sink = (struct json_sink *)v;
	__u32 i;

	sink->json.out = &v->out;
	view_run(sink->run, v->meta->run_id);
	for (i = HDRTAP_SLOT_NAMES; i < v->meta->slot_count; i++)
		take_name(&sink->slot[i], v->meta->slot[i].name);
	return 0;
}

static const struct view_format json_format = {
	.size = sizeof(struct json_sink),
	.describe = json_describe,
	.line = json_line,
	.transaction = json_transaction,
};

int sink_json_open(struct sink **sink, const struct view_options *options)
{
	return view_sink_open(sink, &json_format, options);
}
