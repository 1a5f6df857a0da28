/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * include/hdrtap/head/values.h, through the head parser: heads made at random from a fixed seed,
 * and what must hold for the values of their records whatever the head and however it was cut into
 * windows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include <hdrtap/state/sizes.h>

#include "run/elements.h"

#define HEADS      1000
#define VALUES_MAX 64

/* One value of a chosen element, as it was sent. */
struct sent {
	__u8 slot, mode;
	__u16 max; /* reserved */
	__u32 length;
	__u8 omitted; /* no entry is left for it */
	char bytes[10000];
};

static struct {
	char text[1 << 19];
	size_t size;
	struct sent sent[VALUES_MAX];
	__u32 count;
	__u32 omitted;
} head;

static struct run_meta meta;
static struct hdrtap_elements set;
/* Memory that is no larger than it has to be for the size of records. */
static struct hdrtap_sizes size;
static __u32 arena; /* bytes */
static size_t head_size, window_size;
static struct hdrtap_head *state, *again;
static struct hdrtap_window *window;

static void use_size(__u32 record_size)
{
	size = hdrtap_sizes_of(record_size);
	arena = record_size - HDRTAP_RECORD_HEAD;
	head_size = sizeof(*state) + size.work_mask - HDRTAP_WORK_MASK_DEFAULT;
	window_size = sizeof(*window) + size.copy_mask - HDRTAP_WINDOW_MASK;
	state = malloc(head_size);
	again = malloc(head_size);
	window = calloc(1, window_size);
	window->copy_mask = size.copy_mask;
	cr_assert_eq(run_meta_init(&meta), 0);
	meta.record_size = record_size;
}

static void free_size(void)
{
	free(state);
	free(again);
	free(window);
}

static void setup(void)
{
	srand(1472);
}

TestSuite(values, .init = setup);

static void put(const char *bytes, size_t length)
{
	cr_assert_leq(head.size + length, sizeof(head.text));
	memcpy(head.text + head.size, bytes, length);
	head.size += length;
}

static void put_text(const char *text)
{
	put(text, strlen(text));
}

static struct sent *add_sent(__u8 slot, __u8 mode, __u16 max)
{
	struct sent *sent = &head.sent[head.count++];

	cr_assert_leq(head.count, VALUES_MAX);
	sent->slot = slot;
	sent->mode = mode;
	sent->max = max;
	sent->length = 0;
	sent->omitted = 0;
	return sent;
}

/* Mostly short, sometimes longer than a record. */
static __u32 random_length(void)
{
	switch (rand() % 4) {
	case 0:
		return rand() % 8;
	case 1:
		return rand() % 64;
	case 2:
		return rand() % 256;
	}
	return rand() % (1400 + arena);
}

static void random_bytes(struct sent *sent, __u32 length)
{
	while (sent->length < length)
		sent->bytes[sent->length++] = 'a' + rand() % 26;
}

static void put_header(const char *name, const struct sent *sent)
{
	static const char *const before[] = { ":", ": ", ":\t ", ":   " };
	static const char *const after[] = { "\r\n", "\r\n", " \r\n", "\t\t\r\n" };

	put_text(name);
	put_text(before[rand() % 4]);
	put(sent->bytes, sent->length);
	put_text(after[rand() % 4]);
}

static void random_header(void)
{
	__u32 slot = HDRTAP_SLOT_NAMES + rand() % (meta.slot_count - HDRTAP_SLOT_NAMES + 1);
	const struct slot_meta *chosen = &meta.slot[slot];
	struct sent unchosen = { 0 }, *sent;

	if (slot == meta.slot_count) {
		random_bytes(&unchosen, random_length());
		put_header("X-Not-Chosen", &unchosen);
		return;
	}
	sent = add_sent(slot, chosen->mode, chosen->max);
	if (chosen->mode == HDRTAP_MODE_SCHEME && rand() % 4) {
		memcpy(sent->bytes, "Bearer ", 7);
		sent->length = 7;
	}
	random_bytes(sent, sent->length + 1 + random_length());
	put_header(chosen->name, sent);
}

static int repeated(__u32 index)
{
	__u32 i;

	for (i = 0; i < index; i++)
		if (head.sent[i].slot == head.sent[index].slot)
			return 1;
	return 0;
}

/*
 * Takes out what finds no entry: a repeated value does not when all that are left are kept for
 * names that were not seen yet.
 */
static void omit(void)
{
	__u32 unseen = set.names, kept = 0, i;

	head.omitted = 0;
	for (i = 0; i < head.count; i++) {
		int first = head.sent[i].slot >= HDRTAP_SLOT_NAMES && !repeated(i);

		unseen -= first;
		if (head.sent[i].slot >= HDRTAP_SLOT_NAMES && !first &&
		    kept + unseen >= HDRTAP_ENTRIES_MAX)
			head.sent[i].omitted = 1;
		kept += !head.sent[i].omitted;
	}
	for (i = 0, kept = 0; i < head.count; i++)
		if (!head.sent[i].omitted)
			head.sent[kept++] = head.sent[i];
	head.omitted = head.count - kept;
	head.count = kept;
}

static void random_head(void)
{
	__u32 headers = rand() % 40;
	struct sent *sent;

	head.size = 0;
	head.count = 0;
	if (rand() % 4) {
		put_text("GET ");
	} else {
		sent = add_sent(HDRTAP_SLOT_METHOD, HDRTAP_MODE_KEEP, HDRTAP_METHOD_CAP);
		random_bytes(sent, 1 + rand() % HDRTAP_METHOD_CAP);
		put(sent->bytes, sent->length);
		put_text(" ");
	}
	sent = add_sent(HDRTAP_SLOT_TARGET, HDRTAP_MODE_KEEP, 256);
	sent->bytes[sent->length++] = '/';
	random_bytes(sent, 1 + random_length());
	put(sent->bytes, sent->length);
	put_text(" HTTP/1.1\r\n");
	while (headers--)
		random_header();
	put_text("\r\n");
	omit();
}

static int steps(struct hdrtap_head *h)
{
	int verdict;

	do
		verdict = hdrtap_head_step(h, window, &set);
	while (verdict == HDRTAP_AGAIN);
	return verdict;
}

/* Parses the head in windows of at most `most` bytes, of random sizes when `random`. */
static void parse(struct hdrtap_head *h, __u32 most, int random)
{
	__u32 at, length;
	int verdict = HDRTAP_MORE;

	memset(h, 0xaa, head_size); /* nothing may depend on what was there */
	h->size = size;
	memset(h->rec.reserved, 0, sizeof(h->rec.reserved));
	for (at = 0; at < head.size; at += length) {
		cr_assert_eq(verdict, HDRTAP_MORE, "at %u of %zu", at, head.size);
		length = random ? 1 + rand() % most : most;
		if (length > head.size - at)
			length = head.size - at;
		memcpy(window->bytes + HDRTAP_WINDOW_START, head.text + at, length);
		if (at) {
			hdrtap_window_refill(h, window, length);
		} else {
			hdrtap_window_ready(window, length);
			hdrtap_head_begin(h, window, &set);
		}
		verdict = steps(h);
	}
	cr_assert_eq(verdict, HDRTAP_DONE);
	cr_assert_eq(h->rec.head_length, head.size);
}

/* Bytes of the value that may be in the record at all. */
static __u32 wanted(const struct sent *sent)
{
	const char *space;

	switch (sent->mode) {
	case HDRTAP_MODE_KEEP:
		return sent->length;
	case HDRTAP_MODE_SCHEME:
		space = memchr(sent->bytes, ' ', sent->length);
		return space ? space - sent->bytes : 0;
	}
	return 0;
}

static __u32 least(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/* Entries are what was sent, in its order; their bytes are the beginning of it; behind them is
 * nothing. */
static void check_entries(const struct hdrtap_record *rec)
{
	__u32 at = 0, i;

	cr_assert_eq(rec->entry_count, head.count);
	cr_assert_eq(rec->omitted, head.omitted);
	for (i = 0; i < head.count; i++) {
		const struct hdrtap_entry *entry = &rec->entry[i];
		const struct sent *sent = &head.sent[i];

		cr_assert_eq(entry->slot, sent->slot);
		cr_assert_eq(entry->mode, sent->mode);
		cr_assert_eq(entry->original, sent->length);
		cr_assert_leq(entry->stored, wanted(sent));
		cr_assert(!memcmp(rec->arena + at, sent->bytes, entry->stored), "entry %u", i);
		at += entry->stored;
	}
	cr_assert_eq(rec->arena_used, at);
	cr_assert_leq(at, arena);
	for (; at < arena; at++)
		cr_assert_eq(rec->arena[at], 0);
	for (; i < HDRTAP_ENTRIES_MAX; i++)
		cr_assert(!rec->entry[i].slot && !rec->entry[i].stored && !rec->entry[i].original);
}

/* Bytes taken when every value keeps its reservation but at most `level`. */
static __u32 sum_at(__u32 count, __u32 level)
{
	__u32 i, sum = 0;

	for (i = 0; i < count; i++)
		sum += least(least(wanted(&head.sent[i]), head.sent[i].max), level);
	return sum;
}

/*
 * The first value of every element has its reservation, repeats what is not reserved. Where the
 * reservations do not fit together every value has what a common cut leaves of it, and the cut is
 * not much deeper than necessary.
 */
static void check_reservations(const struct hdrtap_record *rec)
{
	__u32 best = arena, i;

	while (sum_at(rec->entry_count, best) > arena)
		best--;
	if (best < arena)
		best = best > 32 ? best - best / 8 : best - 4;
	for (i = 0; i < rec->entry_count; i++) {
		const struct sent *sent = &head.sent[i];

		if (repeated(i))
			continue;
		cr_assert_geq(rec->entry[i].stored, least(least(wanted(sent), sent->max), best),
			      "entry %u of %u: %u of %u, reserved %u, cut %u", i, rec->entry_count,
			      rec->entry[i].stored, sent->length, sent->max, best);
	}
}

/* Nothing is cut while there is room. */
static void check_nothing_wasted(const struct hdrtap_record *rec)
{
	__u32 i, cut = 0;

	for (i = 0; i < rec->entry_count; i++)
		cut |= rec->entry[i].stored < wanted(&head.sent[i]);
	if (cut)
		cr_assert_eq(rec->arena_used, arena);
}

static void check_flags(const struct hdrtap_record *rec)
{
	__u64 expected = rec->omitted ? HDRTAP_FLAG(OMITTED) : 0;
	__u32 i;

	for (i = 0; i < rec->entry_count; i++)
		if (rec->entry[i].mode == HDRTAP_MODE_KEEP &&
		    rec->entry[i].stored < head.sent[i].length)
			expected |= HDRTAP_FLAG(TRUNCATED);
	/* a random Content-Length is hardly ever a number */
	cr_assert_eq(rec->flags & ~(HDRTAP_FLAG(BAD_FRAMING) | HDRTAP_FLAG(SMUGGLING)), expected);
}

/* Protected values leave no trace: neither bytes behind those kept, nor in other fields. */
static void check_protected(const struct hdrtap_record *rec)
{
	__u32 i;

	for (i = 0; i < head.count; i++) {
		const struct sent *sent = &head.sent[i];

		if (sent->mode == HDRTAP_MODE_KEEP || sent->length < 24)
			continue;
		cr_assert_null(memmem(rec, size.record, sent->bytes + 8, 16));
	}
}

/* What must hold, whatever the head. */
static void check(const struct hdrtap_record *rec)
{
	check_entries(rec);
	check_reservations(rec);
	check_flags(rec);
	check_protected(rec);
	check_nothing_wasted(rec);
}

static void check_same(__u32 number)
{
	cr_assert(!memcmp(&again->rec, &state->rec, size.record), "head %u, records of %u", number,
		  size.record);
}

static const __u32 record_sizes[] = { 768, 1024, 4096, 8192 };
#define SIZES (sizeof(record_sizes) / sizeof(*record_sizes))

/* `elements`: on top of none, or of the default ones. */
static void random_heads(const char *elements, int on_default)
{
	for (size_t i = 0; i < SIZES; i++) {
		use_size(record_sizes[i]);
		if (on_default)
			elements_default(&meta);
		cr_assert_eq(elements_choose(&meta, elements), 0);
		cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
		for (__u32 j = 0; j < HEADS; j++) {
			random_head();
			parse(state, HDRTAP_WINDOW_SIZE, 0);
			check(&state->rec);
			parse(again, j % 3 ? HDRTAP_WINDOW_SIZE : 40, 1);
			check_same(j);
		}
		free_size();
	}
}

Test(values, default_names)
{
	random_heads("authorization,cookie,x-api-key", 1);
}

Test(values, small_reservations)
{
	random_heads("a:1,b:2,c:3,d:8,e:1,f:1,g:1,authorization:4,cookie", 0);
}

Test(values, one_name)
{
	random_heads("x-only:384", 0);
}

/* More than fits at the smallest sizes. */
Test(values, many_large_reservations)
{
	random_heads(
		"a:64,b:64,c:64,d:64,e:64,f:64,g:64,h:64,i:64,j:64,k:64,l:64,m:64,n:64,o:64,p:64",
		0);
}

Test(values, everything_protected)
{
	random_heads(
		"authorization,proxy-authorization,cookie,set-cookie,x-api-key,a=length,b=scheme",
		0);
}

/* As much reserved as can be, more than fits a record. */
Test(values, all_that_can_be_reserved)
{
	char elements[128];

	for (size_t i = 0; i < SIZES; i++) {
		use_size(record_sizes[i]);
		snprintf(elements, sizeof(elements), "a:%u,b:%u", arena,
			 hdrtap_reserved_max(&size) - 256 - arena < arena
				 ? hdrtap_reserved_max(&size) - 256 - arena
				 : arena);
		cr_assert_eq(elements_choose(&meta, elements), 0);
		cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
		for (__u32 j = 0; j < HEADS; j++) {
			random_head();
			parse(state, HDRTAP_WINDOW_SIZE, 0);
			check(&state->rec);
		}
		free_size();
	}
}

Test(values, byte_by_byte)
{
	for (size_t i = 0; i < SIZES; i++) {
		use_size(record_sizes[i]);
		elements_default(&meta);
		cr_assert_eq(elements_choose(&meta, "authorization,cookie"), 0);
		cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
		for (__u32 j = 0; j < HEADS / 15; j++) {
			random_head();
			parse(state, HDRTAP_WINDOW_SIZE, 0);
			parse(again, 1, 0);
			check_same(j);
		}
		free_size();
	}
}

/* Puts a head into head.text: a request with that target, and that field when it is given. */
static void long_head(__u32 target, const char *name, const char *begin, __u32 length)
{
	head.size = 0;
	put_text("GET /");
	while (--target)
		put_text("t");
	put_text(" HTTP/1.1\r\nHost: a.example\r\n");
	if (name) {
		put_text(name);
		put_text(": ");
		put_text(begin);
		for (__u32 i = strlen(begin); i < length; i++)
			put_text("v");
		put_text("\r\n");
	}
	put_text("\r\n");
}

/* Whether the value of that slot is whole. */
static void expect_whole(__u8 slot, __u32 length)
{
	const struct hdrtap_entry *entry = state->rec.entry;
	__u32 i = 0;

	while (i < state->rec.entry_count && entry[i].slot != slot)
		i++;
	cr_assert_lt(i, state->rec.entry_count);
	cr_assert_eq(entry[i].stored, length);
	cr_assert_eq(entry[i].original, length);
	cr_assert(!(state->rec.flags & HDRTAP_FLAG(TRUNCATED)));
}

/* What records of 4096 bytes are for. */
Test(values, long_ones_are_whole)
{
	use_size(4096);
	elements_default(&meta);
	cr_assert_eq(elements_choose(&meta, "cookie=keep,authorization=keep"), 0);
	cr_assert_eq(elements_build(&set, &meta, 6, 1), 0);
	long_head(3000, NULL, NULL, 0);
	parse(state, HDRTAP_WINDOW_SIZE, 0);
	expect_whole(HDRTAP_SLOT_TARGET, 3000);
	long_head(1, "Cookie", "a=", 2000);
	parse(state, HDRTAP_WINDOW_SIZE, 1);
	expect_whole(meta.slot_count - 2, 2000);
	long_head(1, "Authorization", "Bearer ", 1800);
	parse(state, 100, 1);
	expect_whole(meta.slot_count - 1, 1800);
	free_size();
}
