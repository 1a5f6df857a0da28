/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The head parser against llhttp's test cases: method, target, version, status, every field and
 * value, framing, and what is an error; and the same bytes cut anywhere give the same record.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "feeder.h"
#include "llhttp_cases.h"
#include "llhttp_differences.h"
#include "run/elements.h"

static struct llhttp_cases cases;
static struct feeder feeder;
static struct run_meta meta;
static struct hdrtap_elements set;

static void setup(void)
{
	cases = llhttp_cases_read();
	feeder_init(&feeder);
	cr_assert_eq(run_meta_init(&meta), 0);
}

static void teardown(void)
{
	feeder_free(&feeder);
	llhttp_cases_free(&cases);
}

TestSuite(llhttp, .init = setup, .fini = teardown);

/* --- the names of a message, in batches --- */

/* The slot that a name has in the batch, 0: none. */
static __u8 slot_of(const struct llhttp_bytes *name)
{
	for (__u32 i = HDRTAP_SLOT_NAMES; i < meta.slot_count; i++)
		if (meta.slot[i].active && strlen(meta.slot[i].name) == name->length &&
		    !strncasecmp(meta.slot[i].name, (const char *)name->data, name->length))
			return i;
	return 0;
}

static bool can_be_chosen(const struct llhttp_bytes *name)
{
	for (size_t i = 0; i < name->length; i++)
		if (!isalnum(name->data[i]) && !strchr("!#$%&'*+-.^_`|~", name->data[i]))
			return false;
	return name->length && name->length <= HDRTAP_NAME_MAX;
}

/* Chooses names of the message from field `from` on; returns the first one that has to wait. */
static size_t choose_batch(const struct llhttp_message *m, size_t from)
{
	char argument[HDRTAP_NAME_MAX + 8];
	__u32 count = 0;

	meta.slot_count = HDRTAP_SLOT_NAMES;
	for (; from < m->field_count && count < HDRTAP_ACTIVE_MAX; from++) {
		const struct llhttp_bytes *name = &m->field[from].name;

		if (!can_be_chosen(name) || slot_of(name))
			continue;
		snprintf(argument, sizeof(argument), "%.*s=keep:64", (int)name->length, name->data);
		cr_assert_eq(elements_choose(&meta, argument), 0);
		count++;
	}
	cr_assert_eq(elements_build(&set, &meta,
				    1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE, 1),
		     0);
	return from;
}

/* --- one message --- */

/* What differs first, NULL: nothing. */
typedef const char *difference;

static difference check_value(const struct hdrtap_record *rec, __u32 *index, __u32 *at, __u8 slot,
			      const struct llhttp_bytes *value)
{
	const struct hdrtap_entry *entry = &rec->entry[*index];

	if (*index >= rec->entry_count)
		return rec->omitted ? NULL : "a value is missing";
	if (entry->slot != slot)
		return "a value of another name stands here";
	if (entry->mode == HDRTAP_MODE_REDACTED && entry->original == value->length) {
		*at += entry->stored;
		++*index;
		return NULL;
	}
	if (entry->original != value->length || entry->stored > value->length)
		return "a value's length";
	if (entry->stored < value->length && !(rec->flags & HDRTAP_FLAG(TRUNCATED)))
		return "a value is cut and not flagged";
	if (memcmp(rec->arena + *at, value->data, entry->stored))
		return "a value";
	*at += entry->stored;
	++*index;
	return NULL;
}

#define X_METHOD(symbol, text) text,
static const char *const methods[] = { HDRTAP_METHODS(X_METHOD) };

static difference check_request_line(const struct llhttp_message *m,
				     const struct hdrtap_record *rec, __u32 *index, __u32 *at)
{
	const char *method = methods[rec->method];
	difference d = NULL;

	if (rec->kind != HDRTAP_KIND_REQUEST)
		return "not a request";
	if (rec->method == HDRTAP_METHOD_OTHER)
		d = check_value(rec, index, at, HDRTAP_SLOT_METHOD, &m->method);
	else if (strlen(method) != m->method.length ||
		 memcmp(method, m->method.data, m->method.length))
		d = "the method";
	return d ? d : check_value(rec, index, at, HDRTAP_SLOT_TARGET, &m->target);
}

static difference check_fields(const struct llhttp_message *m, const struct hdrtap_record *rec,
			       __u32 index, __u32 at)
{
	difference d = NULL;

	for (size_t i = 0; i < m->field_count && !d; i++) {
		__u8 slot = slot_of(&m->field[i].name);

		if (slot)
			d = check_value(rec, &index, &at, slot, &m->field[i].value);
	}
	if (!d && m->end && index != rec->entry_count)
		return "a value too many";
	return d;
}

static __u8 framing_of(const struct llhttp_message *m)
{
	if (m->status == 101)
		return HDRTAP_FRAMING_TUNNEL;
	if ((m->status && m->status < 200) || m->status == 204 || m->status == 304)
		return HDRTAP_FRAMING_NONE;
	if (m->flags & LLHTTP_FLAG_CHUNKED)
		return HDRTAP_FRAMING_CHUNKED;
	if (m->flags & LLHTTP_FLAG_TRANSFER_ENCODING)
		return m->status ? HDRTAP_FRAMING_CLOSE : HDRTAP_FRAMING_INVALID;
	if (m->flags & LLHTTP_FLAG_CONTENT_LENGTH)
		return HDRTAP_FRAMING_LENGTH;
	return m->status ? HDRTAP_FRAMING_CLOSE : HDRTAP_FRAMING_NONE;
}

static difference check_head(const struct llhttp_message *m, const struct hdrtap_record *rec)
{
	if (rec->head_length != m->end - m->begin)
		return "the head's length";
	if (rec->header_count != m->field_count)
		return "the number of header lines";
	if (rec->version != (m->major << 4 | m->minor))
		return "the version";
	if (rec->status != m->status)
		return "the status";
	if (rec->framing != framing_of(m))
		return "the framing";
	if (rec->framing == HDRTAP_FRAMING_LENGTH && rec->body_size != m->content_length)
		return "the body's size";
	return NULL;
}

/* A head in which llhttp finds an error has to be refused or flagged. */
static difference check_error(const struct feed_result *result)
{
	if (!result->record || result->rec.flags & HDRTAP_FLAGS_MALFORMED)
		return NULL;
	return "the error is not flagged";
}

static difference check_good(const struct llhttp_case *c, const struct llhttp_message *m,
			     const struct feed_result *result)
{
	__u32 index = 0, at = 0;
	difference d = NULL;

	if (result->verdict != (m->end ? HDRTAP_DONE : HDRTAP_MORE))
		return m->end ? "the head is not accepted" : "the head ends too early";
	if (!result->record)
		return NULL;
	if (!c->lenient && !m->error && result->rec.flags & HDRTAP_FLAGS_MALFORMED)
		return "flagged without need";
	if (m->target.length)
		d = check_request_line(m, &result->rec, &index, &at);
	if (!d)
		d = check_fields(m, &result->rec, index, at);
	return d || !m->end ? d : check_head(m, &result->rec);
}

static difference check_message(const struct llhttp_case *c, const struct llhttp_message *m)
{
	const __u8 *bytes = c->input.data + m->begin;
	size_t length = c->input.length - m->begin, from = 0;
	struct feed_result result;
	difference d;

	do {
		from = choose_batch(m, from);
		result = feeder_run(&feeder, &set, bytes, length, PIECES_WHOLE);
		d = m->error && !c->lenient ? check_error(&result) : NULL;
		if (!d && (!m->error || m->end))
			d = check_good(c, m, &result);
	} while (!d && from < m->field_count);
	return d;
}

static difference check_case(const struct llhttp_case *c)
{
	difference d = NULL;

	for (size_t i = 0; i < c->message_count && !d; i++)
		d = check_message(c, &c->message[i]);
	return d;
}

Test(llhttp, records)
{
	for (size_t i = 0; i < cases.count; i++) {
		const struct llhttp_case *c = &cases.list[i];
		const char *reason = llhttp_difference(c->name);
		difference d = check_case(c);

		cr_expect(!d || reason, "%s: %s", c->name, d);
		cr_expect(d || !reason, "%s: listed, but does not differ", c->name);
	}
}

Test(llhttp, differences_name_cases)
{
	for (size_t i = 0; i < llhttp_difference_count; i++) {
		const char *name = llhttp_differences[i].name;
		bool found = false;

		for (size_t j = 0; j < cases.count && !found; j++)
			found = !strcmp(cases.list[j].name, name);
		cr_expect(found, "%s: no such case", name);
	}
}

/* --- cut anywhere --- */

typedef void (*each_message)(const struct llhttp_case *c, const __u8 *bytes, size_t length);

static void for_each_message(each_message visit)
{
	for (size_t i = 0; i < cases.count; i++) {
		const struct llhttp_case *c = &cases.list[i];

		for (size_t j = 0; j < c->message_count; j++) {
			const struct llhttp_message *m = &c->message[j];

			choose_batch(m, 0);
			visit(c, c->input.data + m->begin, c->input.length - m->begin);
		}
	}
}

static void expect_same(const struct llhttp_case *c, const __u8 *bytes, size_t length,
			struct pieces pieces)
{
	struct feed_result whole = feeder_run(&feeder, &set, bytes, length, PIECES_WHOLE);
	struct feed_result cut = feeder_run(&feeder, &set, bytes, length, pieces);

	cr_expect(feed_equal(&whole, &cut),
		  "%s: pieces of %zu, then %zu bytes, poison %#x: not the same", c->name,
		  pieces.first, pieces.rest, pieces.poison);
}

static void split_everywhere(const struct llhttp_case *c, const __u8 *bytes, size_t length)
{
	for (size_t at = 1; at < length && at <= HDRTAP_WINDOW_SIZE; at++)
		expect_same(c, bytes, length, (struct pieces){ at, HDRTAP_WINDOW_SIZE, 0 });
}

Test(llhttp, split_everywhere)
{
	for_each_message(split_everywhere);
}

static void in_small_pieces(const struct llhttp_case *c, const __u8 *bytes, size_t length)
{
	for (size_t size = 1; size <= 7; size++)
		expect_same(c, bytes, length, (struct pieces){ size, size, 0xff });
}

Test(llhttp, byte_by_byte)
{
	for_each_message(in_small_pieces);
}

/* Bytes behind those given, left there by other packets, must not matter. */
static void with_poison(const struct llhttp_case *c, const __u8 *bytes, size_t length)
{
	static const __u8 poison[] = { '\n', '\r', ' ', ':',  'A',  'a',
				       '0',  '.',  ',', '\t', 0x80, 0xff };

	for (size_t i = 0; i < sizeof(poison); i++) {
		expect_same(c, bytes, length,
			    (struct pieces){ HDRTAP_WINDOW_SIZE, HDRTAP_WINDOW_SIZE, poison[i] });
		expect_same(c, bytes, length, (struct pieces){ 1, 1, poison[i] });
		expect_same(c, bytes, length, (struct pieces){ 17, 31, poison[i] });
	}
}

Test(llhttp, stale_bytes)
{
	for_each_message(with_poison);
}
