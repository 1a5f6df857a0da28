/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/record.h: the layout and the numbers that are written to disk, against a list of
 * their own. Whoever changes one of these raises HDRTAP_SCHEMA.
 */
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/record.h>

/* Members in order, with their sizes: offsets follow, and nothing lies between them. */
#define MEMBERS(X)             \
	X(time, 8)             \
	X(sequence, 8)         \
	X(flags, 8)            \
	X(names, 8)            \
	X(body_size, 8)        \
	X(latency, 8)          \
	X(paired_sequence, 8)  \
	X(service, 8)          \
	X(source, 16)          \
	X(destination, 16)     \
	X(client, 16)          \
	X(source_port, 2)      \
	X(destination_port, 2) \
	X(client_port, 2)      \
	X(cpu, 2)              \
	X(paired_cpu, 2)       \
	X(status, 2)           \
	X(vlan, 6)             \
	X(header_count, 2)     \
	X(ifindex, 4)          \
	X(tcp_sequence, 4)     \
	X(tunnel_id, 8)        \
	X(mpls, 4)             \
	X(head_length, 4)      \
	X(depth, 4)            \
	X(element_set, 2)      \
	X(arena_used, 2)       \
	X(omitted, 1)          \
	X(kind, 1)             \
	X(method, 1)           \
	X(paired_method, 1)    \
	X(version, 1)          \
	X(framing, 1)          \
	X(direction, 1)        \
	X(hook, 1)             \
	X(tunnel, 2)           \
	X(vlan_count, 1)       \
	X(entry_count, 1)      \
	X(reserved, 64)        \
	X(entry, 144)

Test(record, layout)
{
	size_t offset = 0;

#define CHECK(member, bytes)                                                       \
	cr_assert_eq(offsetof(struct hdrtap_record, member), offset, #member);     \
	cr_assert_eq(sizeof(((struct hdrtap_record *)0)->member), bytes, #member); \
	offset += bytes;
	MEMBERS(CHECK)
	cr_assert_eq(offset, 384);
	cr_assert_eq(offsetof(struct hdrtap_record, arena), 384);
	cr_assert_eq(sizeof(struct hdrtap_record), 384);
	cr_assert_eq(HDRTAP_RECORD_SIZE_DEFAULT, 768);
	cr_assert_eq(HDRTAP_RECORD_SIZE_MAX, 8192);
	cr_assert_eq(HDRTAP_RECORD_SIZE_STEP, 64);
	cr_assert_eq(sizeof(struct hdrtap_entry), 6);
	cr_assert_eq(offsetof(struct hdrtap_entry, slot), 0);
	cr_assert_eq(offsetof(struct hdrtap_entry, mode), 1);
	cr_assert_eq(offsetof(struct hdrtap_entry, stored), 2);
	cr_assert_eq(offsetof(struct hdrtap_entry, original), 4);
	cr_assert_eq(HDRTAP_SCHEMA, 2);
}

#define X_TEXT(symbol, text, ...) text " "

Test(record, numbers_on_disk)
{
	cr_assert_str_eq("" HDRTAP_KINDS(X_TEXT), "none request response ");
	cr_assert_str_eq("" HDRTAP_MODES(X_TEXT), "keep length hash scheme names redacted ");
	cr_assert_str_eq("" HDRTAP_METHODS(X_TEXT), "_OTHER GET HEAD POST PUT DELETE CONNECT "
						    "OPTIONS TRACE PATCH QUERY ");
	cr_assert_str_eq("" HDRTAP_FRAMINGS(X_TEXT), "none length chunked close tunnel invalid ");
	cr_assert_str_eq("" HDRTAP_DIRECTIONS(X_TEXT), "none receive transmit ");
	cr_assert_str_eq("" HDRTAP_HOOKS(X_TEXT), "pcap tc xdp ");
	cr_assert_str_eq("" HDRTAP_TUNNELS(X_TEXT), "none vxlan gre ipip 6in4 geneve erspan gtp ");
	cr_assert_str_eq("" HDRTAP_FLAGS(X_TEXT),
			 "incomplete truncated omitted snaplen non_linear merged fragment resync "
			 "gap evicted timeout over_budget unpaired unsolicited redacted "
			 "proxied bare_lf bare_cr obs_fold bad_name name_space bad_value "
			 "bad_target bad_version bad_status bad_framing smuggling http09 "
			 "no_time late answered no_body early tunneled urgent ");
	cr_assert_eq(HDRTAP_KIND_RESPONSE, 2);
	cr_assert_eq(HDRTAP_MODE_SCHEME, 3);
	cr_assert_eq(HDRTAP_METHOD_QUERY, 10);
	cr_assert_eq(HDRTAP_FLAG(HTTP09), 1ULL << 27);
	cr_assert_eq(HDRTAP_FLAG(URGENT), 1ULL << 34);
	cr_assert_leq(HDRTAP_FLAG_MAX, 64);
}

Test(record, malformed_flags)
{
	static const char *const texts[] = {
#define X_LIST(symbol, text, ...) text,
		HDRTAP_FLAGS(X_LIST)
	};
	static const char *const malformed[] = {
		"bare_lf",    "bare_cr",     "obs_fold",   "bad_name",    "name_space", "bad_value",
		"bad_target", "bad_version", "bad_status", "bad_framing", "smuggling",
	};
	__u64 expected = 0;
	size_t i, j;

	for (i = 0; i < HDRTAP_FLAG_MAX; i++)
		for (j = 0; j < sizeof(malformed) / sizeof(malformed[0]); j++)
			if (!strcmp(texts[i], malformed[j]))
				expected |= 1ULL << i;
	cr_assert_eq(HDRTAP_FLAGS_MALFORMED, expected);
}

/* Byte ranges that depend on where and when a record was made; flags apart. */
static const struct {
	size_t offset, size;
} volatile_ranges[] = {
	{ 0, 8 },   /* time */
	{ 8, 8 },   /* sequence */
	{ 40, 8 },  /* latency */
	{ 48, 8 },  /* paired_sequence */
	{ 118, 2 }, /* cpu */
	{ 120, 2 }, /* paired_cpu */
	{ 132, 4 }, /* ifindex */
	{ 160, 2 }, /* element_set */
	{ 171, 1 }, /* hook */
};

Test(record, normalise)
{
	struct hdrtap_record rec, expected;
	size_t i;

	memset(&rec, 0xff, sizeof(rec));
	expected = rec;
	for (i = 0; i < sizeof(volatile_ranges) / sizeof(volatile_ranges[0]); i++)
		memset((__u8 *)&expected + volatile_ranges[i].offset, 0, volatile_ranges[i].size);
	expected.flags &= ~(1ULL << 4) & ~(1ULL << 5); /* non_linear, merged */
	hdrtap_record_normalise(&rec);
	cr_assert_arr_eq((__u8 *)&rec, (__u8 *)&expected, sizeof(rec));
	hdrtap_record_normalise(&rec);
	cr_assert_arr_eq((__u8 *)&rec, (__u8 *)&expected, sizeof(rec));
}
