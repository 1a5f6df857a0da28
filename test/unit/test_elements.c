/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/run/elements.c: `-e` arguments, and sets in which the parser finds every name it should and
 * no other. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/head/head.h>

#include "run/elements.h"
#include "said.h"

static struct run_meta meta;
static struct hdrtap_elements set;
static struct hdrtap_window window;

static void with_defaults(void)
{
	cr_assert_eq(run_meta_init(&meta), 0);
	elements_default(&meta);
}

static void without_names(void)
{
	cr_assert_eq(run_meta_init(&meta), 0);
}

TestSuite(elements, .init = with_defaults);
TestSuite(elements_empty, .init = without_names);

static const struct slot_meta *slot_of(const char *name)
{
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < meta.slot_count; i++)
		if (!strcmp(meta.slot[i].name, name))
			return &meta.slot[i];
	return NULL;
}

/* What the parser finds for a header line with this name. */
static const struct hdrtap_name *find(const char *name, size_t length)
{
	__u32 index;

	memset(window.bytes, 0, sizeof(window.bytes));
	memcpy(window.bytes + HDRTAP_WINDOW_START, name, length);
	memcpy(window.bytes + HDRTAP_WINDOW_START + length, ": value\r\n", 9);
	index = hdrtap_find_name(&window, &set, HDRTAP_WINDOW_START, length);
	return index ? &set.name[index] : NULL;
}

static void build(void)
{
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
}

Test(elements, defaults)
{
	static const char *const names[] = {
		"host",           "user-agent",      "referer",      "content-type",
		"content-length", "x-forwarded-for", "x-request-id", "traceparent",
		"server",         "location",
	};
	__u32 i;

	cr_assert_eq(meta.slot_count, HDRTAP_SLOT_NAMES + 10);
	for (i = 0; i < 10; i++) {
		const struct slot_meta *slot = &meta.slot[HDRTAP_SLOT_NAMES + i];

		cr_assert_str_eq(slot->name, names[i]);
		cr_assert_eq(slot->mode, HDRTAP_MODE_KEEP);
		cr_assert_eq(slot->max, i ? 48 : 64);
		cr_assert_eq(slot->active, 1);
	}
}

Test(elements_empty, accepted)
{
	static const struct {
		const char *argument, *name;
		int mode, max;
	} rows[] = {
		{ "X-Foo", "x-foo", HDRTAP_MODE_KEEP, 48 },
		{ "x-foo:1", "x-foo", HDRTAP_MODE_KEEP, 1 },
		{ "X-FOO=length", "x-foo", HDRTAP_MODE_LENGTH, 48 },
		{ "a,b=keep:384,c", "b", HDRTAP_MODE_KEEP, 384 },
		{ "Host", "host", HDRTAP_MODE_KEEP, 64 },
		{ "Cookie", "cookie", HDRTAP_MODE_LENGTH, 48 },
		{ "set-cookie", "set-cookie", HDRTAP_MODE_LENGTH, 48 },
		{ "x-api-key", "x-api-key", HDRTAP_MODE_LENGTH, 48 },
		{ "x-api-key=keep", "x-api-key", HDRTAP_MODE_KEEP, 48 },
		{ "Authorization", "authorization", HDRTAP_MODE_SCHEME, 48 },
		{ "Proxy-Authorization:20", "proxy-authorization", HDRTAP_MODE_SCHEME, 20 },
		{ "authorization=length", "authorization", HDRTAP_MODE_LENGTH, 48 },
		{ "!#$%&'*+-.^_`|~09AZ", "!#$%&'*+-.^_`|~09az", HDRTAP_MODE_KEEP, 48 },
		{ "x-234567890123456789012345678901234567890123456",
		  "x-234567890123456789012345678901234567890123456", HDRTAP_MODE_KEEP, 48 },
		{ "z", "z", HDRTAP_MODE_KEEP, 48 },
		{ "none,y", "y", HDRTAP_MODE_KEEP, 48 },
	};
	const struct slot_meta *slot;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_meta_init(&meta);
		cr_assert_eq(elements_choose(&meta, rows[i].argument), 0, "%s", rows[i].argument);
		slot = slot_of(rows[i].name);
		cr_assert(slot && slot->active, "%s", rows[i].argument);
		cr_assert_eq(slot->mode, rows[i].mode, "%s", rows[i].argument);
		cr_assert_eq(slot->max, rows[i].max, "%s", rows[i].argument);
	}
}

Test(elements_empty, refused)
{
	static const struct {
		const char *argument, *part;
	} rows[] = {
		{ "", "1 to 47 bytes" },
		{ ",", "1 to 47 bytes" },
		{ "host,", "1 to 47 bytes" },
		{ "=keep", "1 to 47 bytes" },
		{ ":10", "1 to 47 bytes" },
		{ "x-2345678901234567890123456789012345678901234567", "1 to 47 bytes" },
		{ "a b", "'a b': not a field name" },
		{ "a;b", "not a field name" },
		{ "a\"", "not a field name" },
		{ "a/b", "not a field name" },
		{ "\xc3\xa4", "not a field name" },
		{ "a\nb", "'a?b': not a field name" },
		{ "a=", "no such mode" },
		{ "a=kee", "no such mode" },
		{ "a=keeps", "no such mode" },
		{ "a=KEEP", "no such mode" },
		{ "a=redacted", "no such mode" },
		{ "a=names", "only cookie and set-cookie" },
		{ "a:", "1 to 384" },
		{ "a:0", "1 to 384" },
		{ "a:385", "1 to 384" },
		{ "a:+1", "1 to 384" },
		{ "a: 1", "1 to 384" },
		{ "a:0x10", "1 to 384" },
		{ "a:1:2", "1 to 384" },
		{ "a:18446744073709551617", "1 to 384" },
		{ "a:10=keep", "1 to 384" },
	};
	const char *said;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		said_begin();
		int result = elements_choose(&meta, rows[i].argument);

		said = said_end();
		cr_assert_eq(result, -EINVAL, "'%s'", rows[i].argument);
		cr_assert(said_line(said, rows[i].part), "'%s': %s", rows[i].argument, said);
	}
}

Test(elements, at_most_sixteen)
{
	const char *said;

	cr_assert_eq(elements_choose(&meta, "a,b,c,d,e,f"), 0);
	said_begin();
	cr_assert_eq(elements_choose(&meta, "g"), -EINVAL);
	said = said_end();
	cr_assert(said_line(said, "at most 16"), "%s", said);
	cr_assert_eq(elements_choose(&meta, "f=length"), 0);
	cr_assert_eq(elements_choose(&meta, "none,g,f"), 0);
	cr_assert_eq(slot_of("f")->mode, HDRTAP_MODE_KEEP);
	cr_assert_eq(slot_of("a")->active, 0);
}

Test(elements_empty, slots_are_kept_and_run_out)
{
	char argument[32];
	__u32 i;

	for (i = HDRTAP_SLOT_NAMES; i < RUN_SLOTS_MAX; i++) {
		snprintf(argument, sizeof(argument), "none,x-%u", i);
		cr_assert_eq(elements_choose(&meta, argument), 0);
	}
	cr_assert_str_eq(meta.slot[254].name, "x-254");
	said_begin();
	cr_assert_eq(elements_choose(&meta, "one-more"), -EINVAL);
	cr_assert(said_line(said_end(), "all 255 slots"));
	cr_assert_eq(elements_choose(&meta, "x-17"), 0);
	cr_assert_eq(slot_of("x-17") - meta.slot, 17);
	build();
	cr_assert_eq(find("x-17", 4)->slot, 17);
	cr_assert_eq(find("x-254", 5)->slot, 254);
	cr_assert_null(find("x-18", 4));
}

#define X_TEXT(symbol, name) name,
static const char *const well_known[] = { HDRTAP_WELL_KNOWN(X_TEXT) };

/* Case in every name changes at random; each byte in turn is damaged in each single bit. */
static void check_found(const char *name, const struct hdrtap_name *expected)
{
	size_t length = strlen(name), i;
	const struct hdrtap_name *other;
	char text[64];
	int bit;

	for (i = 0; i <= length; i++)
		text[i] = rand() & 1 ? toupper(name[i]) : name[i];
	cr_assert_eq(find(text, length), expected, "%s", text);
	for (i = 0; i < length; i++) {
		for (bit = 0; bit < 8; bit++) {
			memcpy(text, name, length + 1);
			text[i] ^= 1 << bit;
			other = find(text, length);
			if (isalpha(name[i]) && bit == 5)
				cr_assert_eq(other, expected, "%s", text);
			else
				cr_assert_neq(other, expected, "%s found as %s", text, name);
		}
	}
	other = find(name, length - 1);
	cr_assert_neq(other, expected, "a part of %s", name);
}

Test(elements, every_name_is_found_and_no_other)
{
	static const char *const chosen[] = { "x-api-version",   "q",
					      "exactly8",        "seven77",
					      "fifteen-letters", "sixteen-letters-" };
	const struct hdrtap_name *name;
	size_t i;

	srand(20);
	for (i = 0; i < 6; i++)
		cr_assert_eq(elements_choose(&meta, chosen[i]), 0);
	build();
	for (i = 0; i < HDRTAP_WELL_KNOWN_MAX; i++) {
		name = find(well_known[i], strlen(well_known[i]));
		cr_assert_not_null(name, "%s", well_known[i]);
		cr_assert_eq(name->bit, 1ULL << i);
		check_found(well_known[i], name);
	}
	for (i = 0; i < 6; i++) {
		name = find(chosen[i], strlen(chosen[i]));
		cr_assert_not_null(name, "%s", chosen[i]);
		cr_assert_eq(name->bit, 0);
		cr_assert_eq(name->active, 10 + i);
		check_found(chosen[i], name);
	}
	cr_assert_null(find("x-unknown", 9));
}

Test(elements_empty, the_longest_name)
{
	static const char name[] = "a.2345678901234567890123456789012345678901234_Z";

	cr_assert_eq(sizeof(name) - 1, HDRTAP_NAME_MAX);
	cr_assert_eq(elements_choose(&meta, name), 0);
	build();
	cr_assert_not_null(find(name, HDRTAP_NAME_MAX));
	check_found(slot_of("a.2345678901234567890123456789012345678901234_z")->name,
		    find(name, HDRTAP_NAME_MAX));
}

Test(elements, what_the_parser_is_told)
{
	const struct hdrtap_name *name;

	cr_assert_eq(elements_choose(&meta, "authorization,cookie,x-flag:9"), 0);
	cr_assert_eq(elements_build(&set, &meta, 1 << HDRTAP_KIND_RESPONSE, 77), 0);
	cr_assert_eq(set.generation, 77);
	cr_assert_eq(set.kinds, 4);
	cr_assert_eq(set.target_max, 256);
	cr_assert_eq(set.reserved, 256 + 64 + 9 * 48 + 32 + 0 + 9);

	name = find("content-length", 14);
	cr_assert_eq(name->role, HDRTAP_ROLE_CONTENT_LENGTH);
	cr_assert_eq(name->slot, slot_of("content-length") - meta.slot);
	name = find("transfer-encoding", 17);
	cr_assert_eq(name->role, HDRTAP_ROLE_TRANSFER_ENCODING);
	cr_assert_eq(name->slot, HDRTAP_SLOT_NONE);
	name = find("host", 4);
	cr_assert_eq(name->role, HDRTAP_ROLE_NONE);
	cr_assert_eq(name->max, 64);
	name = find("authorization", 13);
	cr_assert_eq(name->mode, HDRTAP_MODE_SCHEME);
	cr_assert_eq(name->max, HDRTAP_SCHEME_CAP);
	name = find("cookie", 6);
	cr_assert_eq(name->mode, HDRTAP_MODE_LENGTH);
	cr_assert_eq(name->max, 0);
	cr_assert_eq(find("x-flag", 6)->max, 9);
	cr_assert_eq(find("via", 3)->slot, HDRTAP_SLOT_NONE);
}

Test(elements, nothing_is_left_of_an_older_set)
{
	cr_assert_eq(elements_choose(&meta, "x-old"), 0);
	build();
	cr_assert_not_null(find("x-old", 5));
	cr_assert_eq(elements_choose(&meta, "none,x-new"), 0);
	build();
	cr_assert_null(find("x-old", 5));
	cr_assert_eq(find("host", 4)->slot, HDRTAP_SLOT_NONE);
	cr_assert_eq(find("x-new", 5)->active, 0);
	cr_assert_eq(set.reserved, 256 + 48);
}

/* What can be reserved, and what one name can, follow from the size of records. */
static void expect_limits(__u32 record_size, __u32 most, __u32 one)
{
	__u32 left = most - 256; /* without the target's */
	char argument[128];

	meta.record_size = record_size;
	cr_assert_eq(elements_choose(&meta, "none"), 0);
	for (int i = 0; left; i++) {
		__u32 size = left < one ? left : one;

		snprintf(argument, sizeof(argument), "%c:%u", 'a' + i, size);
		cr_assert_eq(elements_choose(&meta, argument), 0);
		left -= size;
	}
	build();
	cr_assert_eq(set.reserved, most);
	cr_assert_eq(elements_choose(&meta, "x:1"), 0);
	said_begin();
	cr_assert_eq(elements_build(&set, &meta, 6, 1), -EINVAL);
	cr_assert(said_line(said_end(), "reserved"));
	said_begin();
	snprintf(argument, sizeof(argument), "a:%u", one + 1);
	cr_assert_eq(elements_choose(&meta, argument), -EINVAL);
	snprintf(argument, sizeof(argument), "give 1 to %u bytes", one);
	cr_assert(said_line(said_end(), argument));
}

Test(elements_empty, reservations_have_a_limit)
{
	expect_limits(768, 1536, 384);
	expect_limits(1024, 1280, 640);
	expect_limits(4096, 4352, 3712);
	expect_limits(8192, 8448, 7808);
}

Test(elements, well_known_names_share_few_buckets)
{
	__u32 bucket, index, length;

	build();
	for (bucket = 0; bucket < HDRTAP_BUCKETS; bucket++) {
		length = 0;
		for (index = set.bucket[bucket]; index; index = set.name[index].next)
			length++;
		cr_assert_leq(length, 2, "bucket %u", bucket);
	}
}

/* The bucket of a name of up to seven bytes. */
static __u32 bucket_of_short(const char *name)
{
	__u64 word = 0;
	size_t i;

	for (i = 0; name[i]; i++)
		word |= (__u64)(name[i] | 0x20) << 8 * i;
	return hdrtap_name_hash(word, word, i);
}

Test(elements_empty, names_with_one_hash)
{
	__u32 bucket = bucket_of_short("x0"), count = 0, i;
	char name[8];

	for (i = 0; count < HDRTAP_CHAIN_MAX; i++) {
		snprintf(name, sizeof(name), "x%u", i);
		if (bucket_of_short(name) == bucket) {
			cr_assert_eq(elements_choose(&meta, name), 0);
			count++;
		}
	}
	build();
	for (i = HDRTAP_SLOT_NAMES; i < meta.slot_count; i++)
		cr_assert_eq(find(meta.slot[i].name, strlen(meta.slot[i].name))->slot, i);
	for (i = 0; count < HDRTAP_CHAIN_MAX + 1; i++) {
		snprintf(name, sizeof(name), "y%u", i);
		if (bucket_of_short(name) == bucket) {
			cr_assert_eq(elements_choose(&meta, name), 0);
			count++;
		}
	}
	said_begin();
	cr_assert_eq(elements_build(&set, &meta, 6, 1), -EINVAL);
	cr_assert(said_line(said_end(), "share the hash"));
}
