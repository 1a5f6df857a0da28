/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secrets that leave a head: values of query keys, userinfo, hashed values, cookies without their
 * values; the same however the head is cut, and nothing of them left in the working space.
 */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <hdrtap/head/head.h>

#include "feeder.h"
#include "run/elements.h"
#include "run/secret_keys.h"
#include "run/secret_keys_default.h"
#include "view/view.h"

static struct run_meta meta;
static struct hdrtap_elements set;
static struct feeder feeder;

/* The parser's set, with a key. */
static void build(void)
{
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
	set.key[0] = 0x0706050403020100;
	set.key[1] = 0x0f0e0d0c0b0a0908;
}

static void setup(void)
{
	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
	cr_assert_eq(elements_choose(&meta, "x-hash=hash,cookie=names:200,content-location"), 0);
	build();
	feeder_init(&feeder);
}

static void teardown(void)
{
	feeder_free(&feeder);
}

TestSuite(redact, .init = setup, .fini = teardown);

/* The head's record, read whole; the same when it is cut once anywhere, and byte by byte. */
static struct feed_result read_head(const char *head)
{
	struct feed_result whole, again;
	size_t length = strlen(head), first;

	whole = feeder_run(&feeder, &set, (const __u8 *)head, length, PIECES_WHOLE);
	for (first = 1; first < length; first++) {
		again = feeder_run(&feeder, &set, (const __u8 *)head, length,
				   (struct pieces){ first, HDRTAP_WINDOW_SIZE, 0xa5 });
		cr_assert(feed_equal(&whole, &again), "%s: cut at %zu", head, first);
	}
	again = feeder_run(&feeder, &set, (const __u8 *)head, length, (struct pieces){ 1, 1, '=' });
	cr_assert(feed_equal(&whole, &again), "%s: byte by byte", head);
	return whole;
}

static void check_value(const struct hdrtap_record *rec, __u8 slot, const char *text, int redacted,
			const char *head)
{
	const struct view_value *value;
	struct view view;

	view_init(&view, rec, &meta, 0, NULL);
	value = view_find(&view, slot);
	cr_assert(value, "%s", head);
	cr_assert(value->stored.size == strlen(text) &&
			  !memcmp(value->stored.bytes, text, strlen(text)),
		  "%s: '%.*s', not '%s'", head, (int)value->stored.size, value->stored.bytes, text);
	cr_assert_eq(value->redacted, redacted, "%s", head);
	cr_assert_eq(!!(rec->flags & HDRTAP_FLAG(REDACTED)), redacted, "%s", head);
}

/* URLs, and what is left of them. */
static const char *const urls[][2] = {
	{ "/a?token=abc", "/a?token=REDACTED" },
	{ "/a?token=REALLYLONGSECRETVALUE&b=1", "/a?token=REDACTED&b=1" },
	{ "/a?x=1&Access_Token=s;t&y=2#k", "/a?x=1&Access_Token=REDACTED&y=2#k" },
	{ "/a?x=1;password=s#id_token=t&z=", "/a?x=1;password=REDACTED#id_token=REDACTED&z=" },
	{ "/?AWSAccessKeyId=s&Signature=t&sig=u&X-Goog-Signature=v",
	  "/?AWSAccessKeyId=REDACTED&Signature=REDACTED&sig=REDACTED&X-Goog-Signature=REDACTED" },
	{ "/?user[password]=s&user%5Bpassword%5D=t&clientSecret=u",
	  "/?user[password]=REDACTED&user%5Bpassword%5D=REDACTED&clientSecret=REDACTED" },
	{ "/?api_key=s&apikey=t&key=u&code=v&sid=w&session=x&passphrase=y",
	  "/?api_key=REDACTED&apikey=REDACTED&key=REDACTED&code=REDACTED&sid=REDACTED&"
	  "session=REDACTED&passphrase=REDACTED" },
	{ "/?token==a=b&q=c", "/?token=REDACTED&q=c" },
	{ "/?token=a?token=b", "/?token=REDACTED" },
	{ "http://user:pw@host/p?q=1", "http://host/p?q=1" },
	{ "http://a@b@host", "http://host" },
	{ "http://user:p@h?token=t", "http://h?token=REDACTED" },
	{ "//user@host/x", "//host/x" },
	/* nothing to remove */
	{ "/a?token=&q=1", NULL },
	{ "/a?token", NULL },
	{ "/token=1?q=2", NULL },
	{ "/a?monkey=1&zipcode=2&country_code=3&author=x", NULL },
	{ "/user:pw@x?q=a@b", NULL },
	{ "http://host/a@b", NULL },
};

Test(redact, targets)
{
	struct feed_result result;
	char head[512];
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\n\r\n", urls[i][0]);
		result = read_head(head);
		cr_assert_eq(result.verdict, HDRTAP_DONE, "%s", head);
		check_value(&result.rec, HDRTAP_SLOT_TARGET, urls[i][1] ?: urls[i][0], !!urls[i][1],
			    head);
		cr_assert_eq(result.rec.entry[0].original, strlen(urls[i][0]), "%s", head);
		cr_assert(!(result.rec.flags & HDRTAP_FLAG(TRUNCATED)), "%s", head);
	}
}

Test(redact, headers)
{
	static const char *const names[] = { "Referer", "location", "CONTENT-LOCATION" };
	static const char *const slots[] = { "referer", "location", "content-location" };
	struct feed_result result;
	char head[512];
	size_t i, k;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		for (k = 0; k < 3; k++) {
			snprintf(head, sizeof(head), "GET / HTTP/1.1\r\n%s: %s\r\nHost: a\r\n\r\n",
				 names[k], urls[i][0]);
			result = read_head(head);
			check_value(&result.rec, view_slot(&meta, slots[k]),
				    urls[i][1] ?: urls[i][0], !!urls[i][1], head);
		}
	}
}

Test(redact, connect)
{
	struct feed_result result = read_head("CONNECT user:pw@host:443 HTTP/1.1\r\n\r\n");

	check_value(&result.rec, HDRTAP_SLOT_TARGET, "host:443", 1, "CONNECT");
}

/* Whether the working space holds the text. */
static int left(const char *text)
{
	return !!memmem(feeder.head, sizeof(*feeder.head), text, strlen(text));
}

Test(redact, cut_off_anywhere)
{
	static const char head[] = "GET http://user:PLANTED1@host/?token=PLANTED2 HTTP/1.1\r\n"
				   "Authorization: Bearer PLANTED3\r\n"
				   "Cookie: a=PLANTED4; PLANTED5; b=PLANTED6\r\n"
				   "X-Hash: PLANTED7\r\n"
				   "Referer: https://u:PLANTED8@h/?x=1&pwd=PLANTED9\r\n\r\n";
	size_t length;

	cr_assert_eq(elements_choose(&meta, "authorization"), 0);
	build();
	for (length = 1; length < sizeof(head); length++) {
		feeder_run(&feeder, &set, (const __u8 *)head, length, (struct pieces){ 7, 11, 0 });
		if (length > 4)
			cr_assert(!left("PLAN"), "%zu bytes", length);
	}
	cr_assert(left("https://h/?x=1&pwd=REDACTED"));
}

/* Values that did not fit the record leave nothing behind it either. */
Test(redact, crowded)
{
	static char head[8192];
	size_t used = 0, i;

	used += sprintf(head, "GET /%0400d?token=PLANTED HTTP/1.1\r\n", 7);
	for (i = 0; i < 20; i++)
		used += sprintf(head + used, "Referer: http://u:PLANTED@h/%0300d?key=PLANTED\r\n",
				7);
	sprintf(head + used, "\r\n");
	feeder_run(&feeder, &set, (const __u8 *)head, strlen(head), PIECES_WHOLE);
	cr_assert(!left("PLANTED"));
	cr_assert(feeder.head->rec.flags & HDRTAP_FLAG(TRUNCATED));
}

/* The values published with the algorithm: of the bytes 0, 1, 2... under this key. */
Test(redact, siphash)
{
	static const char data[] = "\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe";
	struct hdrtap_sip sip;

	hdrtap_sip_begin(&sip, set.key[0], set.key[1]);
	hdrtap_sip_feed(&sip, hdrtap_load64(data), 8);
	hdrtap_sip_feed(&sip, hdrtap_load64(data + 8), 7);
	cr_assert_eq(hdrtap_sip_end(&sip), 0xa129ca6149be45e5);
	hdrtap_sip_begin(&sip, set.key[0], set.key[1]);
	cr_assert_eq(hdrtap_sip_end(&sip), 0x726fdb47dd0e0e31);
}

static __u64 hash_of(const char *value)
{
	struct hdrtap_sip sip;

	hdrtap_sip_begin(&sip, set.key[0], set.key[1]);
	for (; *value; value++)
		hdrtap_sip_feed(&sip, (__u8)*value, 1);
	return hdrtap_sip_end(&sip);
}

Test(redact, hashes)
{
	static const struct {
		const char *sent, *means;
	} rows[] = {
		{ "x", "x" },
		{ "  a secret of some length, and more \t ", "a secret of some length, and more" },
		{ "", "" },
		{ "12345678", "12345678" },
		{ "a \t b\r\n  c  \r\n \t", "a \t b c" },
	};
	struct feed_result result;
	char head[512];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nX-Hash: %s\r\n\r\n", rows[i].sent);
		result = read_head(head);
		cr_assert_eq(result.rec.entry[1].mode, HDRTAP_MODE_HASH);
		cr_assert_eq(result.rec.entry[1].stored, 8);
		cr_assert_eq(result.rec.entry[1].original, strlen(rows[i].means), "%zu", i);
		cr_assert_eq(hdrtap_load64(result.rec.arena + 1), hash_of(rows[i].means), "%zu", i);
	}
}

Test(redact, cookie_names)
{
	static const char *const rows[][2] = {
		{ "a=1; bc=2;d=;  e=x=y", "a; bc; d; e" },
		{ "only", "" },
		{ "v1; a=2; v3", "a" },
		{ "=v; a=1", "a" },
		{ " a = 1 ", "a" },
	};
	struct feed_result result;
	char head[512];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nCookie: %s\r\n\r\n", rows[i][0]);
		result = read_head(head);
		cr_assert_eq(result.rec.entry[1].mode, HDRTAP_MODE_NAMES);
		check_value(&result.rec, view_slot(&meta, "cookie"), rows[i][1], 0, head);
	}
}

/* A line too long to wait for its end: nothing of the value comes behind the names. */
Test(redact, names_of_long_cookies)
{
	struct feed_result result;
	char head[1000], secret[400];

	memset(secret, 's', sizeof(secret));
	snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nCookie: a=%.*s; bc=%.*s\r\n\r\n",
		 (int)sizeof(secret), secret, (int)sizeof(secret), secret);
	result = read_head(head);
	check_value(&result.rec, view_slot(&meta, "cookie"), "a; bc", 0, "long cookies");
}

static void choose_keys(const char *list)
{
	cr_assert_eq(secret_keys_choose(&meta.secret_keys, list, ""), 0, "%s", list);
	build();
}

static void check_target(const char *target, const char *left)
{
	struct feed_result result;
	char head[512];

	snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\n\r\n", target);
	result = read_head(head);
	check_value(&result.rec, HDRTAP_SLOT_TARGET, left ?: target, !!left, head);
}

Test(redact, keys_of_the_user)
{
	choose_keys("tenant,+*x-plan,K,*id,a_key.of-24~letters_long");
	check_target("/?tenant=s&TENANT=t&xtenant=u&x_tenant=v",
		     "/?tenant=REDACTED&TENANT=REDACTED&xtenant=u&x_tenant=v");
	check_target("/?X-Plan=s&my_x-plan=t&myx-plan=u&x_plan=v",
		     "/?X-Plan=REDACTED&my_x-plan=REDACTED&myx-plan=u&x_plan=v");
	check_target("/?k=s&ok=t&K=u&a[k]=v", "/?k=REDACTED&ok=t&K=REDACTED&a[k]=v");
	check_target("/?id=s&userId=t&a[id]=u&valid=v", "/?id=REDACTED&userId=REDACTED&a[id]="
							"REDACTED&valid=v");
	check_target("/?a_key.of-24~letters_long=s&a_key.of-24~letters_lonG=t&key.of-24~"
		     "letters_long=u",
		     "/?a_key.of-24~letters_long=REDACTED&a_key.of-24~letters_lonG=REDACTED&key.of-"
		     "24~letters_long=u");
	check_target("/?token=s", "/?token=REDACTED"); /* beside the default ones */
	check_target("k=s", NULL);
}

/* A byte that only looks like the key's under a mask for letters is another one. */
Test(redact, compares_bytes_that_are_no_letters_exactly)
{
	choose_keys("none,a_b,m-n");
	check_target("/?a\x7f"
		     "b=s&m\xad"
		     "n=t",
		     NULL);
	check_target("/?a_b=s&m-n=t", "/?a_b=REDACTED&m-n=REDACTED");
}

Test(redact, keys_taken_back)
{
	choose_keys("-key,-pass,-*token,-sid");
	check_target("/?key=s&Key=t&sid=u&pass=v&token=w&access_token=x", NULL);
	check_target("/?api_key=s&myKey=t&x[key]=u&passwd=v",
		     "/?api_key=REDACTED&myKey=REDACTED&x[key]=REDACTED&passwd=REDACTED");
	choose_keys("key");
	check_target("/?key=s&token=t", "/?key=REDACTED&token=t");
}

Test(redact, no_keys_at_all)
{
	choose_keys("none");
	check_target("/?key=s&token=t&a]=u&%5d=v", NULL);
	check_target("http://me:pw@host/?key=s", "http://host/?key=s"); /* always */
}

/* As many as there can be, all in one chain, and of the greatest length. */
Test(redact, as_many_keys_as_there_can_be)
{
	char list[SECRET_KEYS_MAX * (HDRTAP_SECRET_MAX + 1) + 8] = "none", key[64], left[64];

	for (int i = 0; i < SECRET_KEYS_MAX; i++)
		sprintf(list + strlen(list), ",%020d-end", i);
	choose_keys(list);
	for (int i = 0; i < SECRET_KEYS_MAX; i++) {
		snprintf(key, sizeof(key), "/?%020d-END=s", i);
		snprintf(left, sizeof(left), "/?%020d-END=REDACTED", i);
		check_target(key, left);
	}
	check_target("/?x-end=s&-end=t", NULL);
	cr_assert_eq(secret_keys_choose(&meta.secret_keys, "one-more", ""), -EINVAL);
	cr_assert_eq(secret_keys_choose(&meta.secret_keys, "*00000000000000000000-end", ""), 0);
}

Test(redact, what_is_no_key)
{
	static const char *const lists[] = {
		"",
		"a,,b",
		"a=b",
		"a&b",
		"a b",
		"-",
		"+",
		"*",
		"**a",
		"-none",
		"\xc3",
		"a[b]",
		"%5d",
		"key,a_key_of_more_than_24_bytes",
		"--a",
		"-nokey",
		"-token,-token",
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		secret_keys_default(&meta.secret_keys);
		cr_assert_eq(secret_keys_choose(&meta.secret_keys, lists[i], ""), -EINVAL, "%s",
			     lists[i]);
	}
}
