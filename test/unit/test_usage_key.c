/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Keys: read from text, made of calls, and as text again; and counted in tables. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "made.h"
#include "usage/usage_key.h"
#include "usage/usage_window.h"

static struct made requested, responded;
static struct transaction_head heads[2];
static struct usage_call call;
static struct message message;

/* A call with its end. */
static void begin(void)
{
	made_request(&requested, "/users/17?x=1");
	made_header(&requested, "host", "shop.example.com");
	made_header(&requested, "x-tenant", "acme");
	made_response(&responded, 503);
	memcpy(responded.rec.source, requested.rec.destination, 16);
	memcpy(responded.rec.destination, requested.rec.source, 16);
	heads[0] = (struct transaction_head){ &requested.rec, 0, "eth0", NULL };
	heads[1] = (struct transaction_head){ &responded.rec, 0, "eth0", NULL };
	call = (struct usage_call){
		.request = &heads[0],
		.response = &heads[1],
		.meta = &requested.meta,
		.host = view_slot(&requested.meta, "host"),
		.event = { .time = MADE_TIME,
			   .end = true,
			   .status = 503,
			   .latency = USAGE_NO_LATENCY },
	};
}

/* Parts as text with '|' between them, `-` for what is absent. */
static const char *text_of(const char *fields)
{
	static char text[2048];
	__u8 made[USAGE_KEY_MAX];
	struct usage_key key;
	size_t size;

	cr_assert_eq(usage_key_parse(&key, fields, &message), 0, "%s", message.text);
	size = usage_key_make(&key, &call, made);
	cr_assert(size <= usage_key_max(&key));
	cr_assert(usage_key_max(&key) <= USAGE_KEY_MAX);
	*text = '\0';
	for (__u32 i = 0; i < key.count; i++) {
		char part[USAGE_TEXT_MAX];
		int length = usage_key_text(&key, made, i, part, sizeof(part));

		cr_assert(length < (int)sizeof(part));
		strcat(strcat(text, i ? "|" : ""), length < 0 ? "-" : part);
	}
	return text;
}

#define PARTS(fields, expected) \
	cr_expect_str_eq(text_of(fields), expected, "%s: %s", fields, text_of(fields))

Test(usage_key, parts_of_a_call, .init = begin)
{
	PARTS("api", "GET shop.example.com/users/{n}");
	PARTS("source", "rule");
	PARTS("method,host,path", "GET|shop.example.com|/users/{n}");
	PARTS("client", "192.0.2.1");
	PARTS("server", "198.51.100.2");
	PARTS("interface", "eth0");
	PARTS("status,class", "503|5xx");
	PARTS("x-tenant", "acme");
	PARTS("request[X-Tenant]", "acme");
	PARTS("request[user-agent]", "-");
	PARTS("response[server]", "-");
	PARTS("client,x-tenant,api,class", "192.0.2.1|acme|GET shop.example.com/users/{n}|5xx");
}

Test(usage_key, what_is_not_known_is_absent, .init = begin)
{
	call.request = NULL;
	PARTS("api,client,server,x-tenant", "-|192.0.2.1|198.51.100.2|-");
	begin();
	call.response = NULL;
	call.event.status = 0;
	PARTS("status,class,response[server]", "-|unanswered|-");
	heads[0].interface = NULL;
	PARTS("interface", "-");
}

Test(usage_key, absent_and_empty_are_two_keys, .init = begin)
{
	__u8 absent[USAGE_KEY_MAX], empty[USAGE_KEY_MAX];
	struct usage_key key;
	size_t size;

	usage_key_parse(&key, "x-other", &message);
	size = usage_key_make(&key, &call, absent);
	made_header(&requested, "x-other", "");
	call.view = NULL;
	cr_expect(usage_key_make(&key, &call, empty) != size || memcmp(absent, empty, size));
	PARTS("x-other", "");
}

Test(usage_key, values_as_they_were_kept, .init = begin)
{
	char value[300];

	made_mode(&requested, "x-secret=hash", "\x01\x23\x45\x67\x89\xab\xcd\xef", 8, 0);
	made_mode(&requested, "cookie=length", "", 0, 1234);
	PARTS("x-secret,cookie", "0123456789abcdef|1234");
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	made_choose(&requested, "x-long:200");
	made_header(&requested, "x-long", value);
	call.view = NULL;
	value[USAGE_VALUE_MAX] = '\0';
	PARTS("x-long", value);
}

Test(usage_key, clients_behind_a_proxy, .init = begin)
{
	requested.rec.flags |= HDRTAP_FLAG(PROXIED);
	memcpy(requested.rec.client, (__u8[16]){ 0x20, 1, 0xd, 0xb8, [15] = 7 }, 16);
	PARTS("client", "2001:db8::7");
}

Test(usage_key, texts_are_read_strictly)
{
	static const char *const wrong[][2] = {
		{ "", "key :  is no field; use " },
		{ "api,", "key api,:  is no field; use " },
		{ "api,,client", "key api,,client:  is no field; use " },
		{ "request[]", "key request[]: request[] is no field; use " },
		{ "a b", "key a b: a b is no field; use " },
		{ "api,api,api,api,api", "key api,api,api,api,api: more than 4 fields" },
	};
	char name[HDRTAP_NAME_MAX + 2];
	struct usage_key key;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_expect_eq(usage_key_parse(&key, wrong[i][0], &message), -EINVAL);
		cr_expect_eq(strncmp(message.text, wrong[i][1], strlen(wrong[i][1])), 0, "%s",
			     message.text);
	}
	memset(name, 'n', sizeof(name));
	name[HDRTAP_NAME_MAX] = '\0';
	cr_expect_eq(usage_key_parse(&key, name, &message), 0);
	name[HDRTAP_NAME_MAX] = 'n';
	name[HDRTAP_NAME_MAX + 1] = '\0';
	cr_expect_eq(usage_key_parse(&key, name, &message), -EINVAL);
}

Test(usage_key, what_a_key_asks)
{
	struct usage_key key;
	__u8 kind;

	usage_key_parse(&key, "api,x-tenant,response[server]", &message);
	cr_expect(usage_key_needs_end(&key));
	cr_expect_null(usage_key_asks(&key, 0, &kind));
	cr_expect_str_eq(usage_key_asks(&key, 1, &kind), "x-tenant");
	cr_expect_eq(kind, HDRTAP_KIND_REQUEST);
	cr_expect_str_eq(usage_key_asks(&key, 2, &kind), "server");
	cr_expect_eq(kind, HDRTAP_KIND_RESPONSE);
	usage_key_parse(&key, "api,client", &message);
	cr_expect_not(usage_key_needs_end(&key));
}

/* Counts of all calls after a request and its end. */
static struct usage_counts count_both(const char *fields)
{
	struct usage_table_options options = {
		.memory = 1 << 20, .slice = 1000000000, .total = true, .ends = true
	};
	struct usage_window window = { 0 };
	struct usage_counts counts;
	struct usage_table *table;
	struct usage_key key;

	cr_assert_eq(usage_key_parse(&key, fields, &message), 0);
	options.key_max = usage_key_max(&key);
	table = usage_table_new(&options);
	cr_assert(table);
	begin();
	call.event = (struct usage_event){ .time = MADE_TIME, .call = true };
	call.response = NULL;
	usage_count(table, &key, &call, false);
	begin();
	usage_count(table, &key, &call, true);
	usage_total_read(&window, table);
	cr_expect_eq(window.count, 1, "%s", fields);
	counts = window.all;
	usage_window_free(&window);
	usage_table_free(table);
	return counts;
}

Test(usage_key, a_call_is_counted_once_by_any_key)
{
	static const char *const fields[] = { "api", "client", "status", "api,class" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct usage_counts counts = count_both(fields[i]);

		cr_expect_eq(counts.calls, 1, "%s", fields[i]);
		cr_expect_eq(counts.ends.count, 1, "%s", fields[i]);
		cr_expect_eq(counts.ends.class[USAGE_5XX], 1, "%s", fields[i]);
	}
}

Test(usage_key, no_fields_are_one_key_for_all, .init = begin)
{
	const struct usage_key key = { 0 };
	__u8 made[USAGE_KEY_MAX];

	cr_expect_eq(usage_key_make(&key, &call, made), 0);
	cr_expect_eq(usage_key_max(&key), 1);
}
