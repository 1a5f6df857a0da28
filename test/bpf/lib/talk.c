/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record_room.h"

#define CLIENT_PORT 40000
#define FILLERS     173
#define PATH_LENGTH 13 /* "c0000012/m007" */

/* Slots of TALK_ELEMENTS. */
enum {
	SLOT_HOST = HDRTAP_SLOT_NAMES,
	SLOT_USER_AGENT,
	SLOT_CONTENT_TYPE,
	SLOT_SERVER,
};

/* --- what is said --- */

/* Bytes that make the messages of connections differ in length. */
static __u32 filler(__u32 number, __u8 side)
{
	return (number * 7 + side * 50) % FILLERS;
}

/* Writes the head; returns its length, which does not depend on `message`. */
static __u32 put_head(char *to, __u32 number, __u8 side, __u32 message)
{
	__u32 length = filler(number, side);

	if (side == WIRE_CLIENT)
		return sprintf(to,
			       "GET /c%07u/m%03u HTTP/1.1\r\nHost: c%07u.test\r\n"
			       "User-Agent: c%07u m%03u\r\nX-Filler: %0*u\r\n\r\n",
			       number, message, number, number, message, length, 0);
	return sprintf(to,
		       "HTTP/1.1 200 OK\r\nContent-Type: c%07u/m%03u\r\n"
		       "Server: c%07u m%03u\r\nContent-Length: %u\r\n\r\n",
		       number, message, number, message, length);
}

/* Writes a message; returns its length. */
static __u32 put_message(char *to, __u32 number, __u8 side, __u32 message)
{
	__u32 length = put_head(to, number, side, message);

	if (side == WIRE_CLIENT)
		return length;
	memset(to + length, 'x', filler(number, side));
	return length + filler(number, side);
}

__u32 talk_length(__u32 number, __u8 side)
{
	static _Atomic __u32 known[2][FILLERS]; /* nothing else makes messages differ in length */
	_Atomic __u32 *length = &known[side][filler(number, side)];
	char message[TALK_MESSAGE_MAX];

	if (!*length)
		*length = put_message(message, number, side, 0);
	return *length;
}

static void put_payload(__u8 *to, const struct talk_segment *segment)
{
	__u32 at = segment->from, length, offset, part;
	char message[TALK_MESSAGE_MAX];

	while (at < segment->to) {
		length = talk_length(segment->number, segment->side);
		put_message(message, segment->number, segment->side, at / length);
		offset = at % length;
		part = length - offset < segment->to - at ? length - offset : segment->to - at;
		memcpy(to, message + offset, part);
		to += part;
		at += part;
	}
}

/* --- packets --- */

/* Sequence number of a stream's first byte; lives are 2^30 apart. */
static __u32 first_byte(__u32 number, __u8 side, __u8 life)
{
	return number * 2654435761u + side * 0x12345678 + life * (1u << 30);
}

__u32 talk_frame(__u8 *frame, const struct talk_segment *segment)
{
	__u32 first = first_byte(segment->number, segment->side, segment->life);
	__u32 headers = wire_ethernet(frame, HDRTAP_ETHERTYPE_IPV4);

	headers += wire_headers(frame + headers,
				&(struct wire_segment){
					.client = segment->number,
					.client_port = CLIENT_PORT,
					.side = segment->side,
					.flags = segment->flags,
					.sequence = first + segment->from -
						    !!(segment->flags & HDRTAP_TCP_SYN),
					.length = segment->to - segment->from,
				});
	put_payload(frame + headers, segment);
	return headers + segment->to - segment->from;
}

/* --- records --- */

static __u8 side_of(const struct hdrtap_record *rec)
{
	return rec->kind == HDRTAP_KIND_REQUEST ? WIRE_CLIENT : WIRE_SERVER;
}

__u32 talk_number(const struct hdrtap_record *rec)
{
	const __u8 *address = side_of(rec) == WIRE_CLIENT ? rec->source : rec->destination;

	return hdrtap_be32(address + 12) & 0xffffff;
}

/* Who looks for the next head may find it a little late: "ET /..." is a request line, too, with a
 * method that has a value of its own. Returns the bytes of that value, 0: there is none. */
static __u32 cut_method(const struct hdrtap_record *rec)
{
	if (!(rec->flags & HDRTAP_FLAG(RESYNC)) || !rec->entry_count ||
	    rec->entry[0].slot != HDRTAP_SLOT_METHOD)
		return 0;
	return rec->entry[0].stored;
}

__u32 talk_message(const struct hdrtap_record *rec)
{
	__u32 cut = cut_method(rec), first = cut != 0, slash = side_of(rec) == WIRE_CLIENT;
	char text[PATH_LENGTH + 1] = "";

	if (rec->entry_count <= first || rec->entry[first].stored < PATH_LENGTH + slash)
		return TALK_MESSAGES;
	memcpy(text, rec->arena + cut + slash, PATH_LENGTH);
	return text[8] == '/' && text[9] == 'm' ? strtoul(text + 10, NULL, 10) : TALK_MESSAGES;
}

struct value {
	__u8 slot, mode;
	char text[32];
};

#define VALUES_MAX 4

static void __attribute__((format(printf, 3, 4)))
expect(struct value *value, __u8 slot, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(value->text, sizeof(value->text), format, list);
	va_end(list);
	value->slot = slot;
	value->mode = HDRTAP_MODE_KEEP;
}

/* Whether the head was read with TALK_OTHERS. */
static bool with_others(const struct hdrtap_record *rec)
{
	return rec->element_set & 1;
}

/* The values of a message, in order; of one that is not known, as much as all have in common.
 * Returns how many. */
static int expected(struct value *values, const struct hdrtap_record *rec)
{
	__u32 number = talk_number(rec), message = talk_message(rec), cut = cut_method(rec);
	struct value *first = values;
	const char *method = "GET";
	char path[24], words[24];

	sprintf(path, message < TALK_MESSAGES ? "c%07u/m%03u" : "c%07u/m", number, message);
	sprintf(words, "c%07u m%03u", number, message);
	if (side_of(rec) == WIRE_SERVER) {
		expect(values++, SLOT_CONTENT_TYPE, "%s", path);
		if (!with_others(rec))
			expect(values++, SLOT_SERVER, "%s", words);
		return values - first;
	}
	if (cut)
		expect(values++, HDRTAP_SLOT_METHOD, "%s", method + (cut < 3 ? 3 - cut : 0));
	expect(values++, HDRTAP_SLOT_TARGET, "/%s", path);
	expect(values++, SLOT_HOST, "c%07u.test", number);
	if (with_others(rec))
		values[-1].mode = HDRTAP_MODE_LENGTH;
	else
		expect(values++, SLOT_USER_AGENT, "%s", words);
	return values - first;
}

/* Whether a value is what it must be; `open`: it may have been cut off. */
static int value_is(const struct hdrtap_entry *entry, const __u8 *bytes, const struct value *value,
		    int open)
{
	size_t length = strlen(value->text), seen = entry->original, stored = entry->stored;

	return entry->slot == value->slot && entry->mode == value->mode &&
	       stored == (value->mode == HDRTAP_MODE_LENGTH ? 0 : seen) &&
	       (open || seen == length) &&
	       !memcmp(bytes, value->text, stored < length ? stored : length);
}

static const char *check_values(const struct hdrtap_record *rec, char why[TALK_WHY_MAX])
{
	int incomplete = (rec->flags & HDRTAP_FLAG(INCOMPLETE)) != 0, count, i;
	struct value values[VALUES_MAX];
	__u32 used = 0;

	count = expected(values, rec);
	if (rec->entry_count > count || (!incomplete && rec->entry_count < count))
		return "the number of values";
	for (i = 0; i < rec->entry_count; i++) {
		if (!value_is(&rec->entry[i], rec->arena + used, &values[i],
			      incomplete && i == rec->entry_count - 1)) {
			snprintf(why, TALK_WHY_MAX, "value %d: '%.*s'", i, rec->entry[i].stored,
				 rec->arena + used);
			return why;
		}
		used += rec->entry[i].stored;
	}
	if (used != rec->arena_used)
		return "the size of the values";
	while (used < ROOM_ARENA)
		if (rec->arena[used++])
			return "bytes behind the values";
	return NULL;
}

/* Whether it has the sequence number of the message it says it is. */
static const char *check_place(const struct hdrtap_record *rec)
{
	__u32 number = talk_number(rec), message = talk_message(rec);
	__u32 length = talk_length(number, side_of(rec));
	__u32 offset = rec->tcp_sequence - first_byte(number, side_of(rec), 0);

	if (cut_method(rec))
		offset -= 3 - cut_method(rec);
	offset &= (1u << 30) - 1;
	return offset == message * length ? NULL : "the sequence number";
}

static const char *check_head(const struct hdrtap_record *rec)
{
	char head[TALK_MESSAGE_MAX];
	__u32 length = put_head(head, talk_number(rec), side_of(rec), 0);

	if (cut_method(rec))
		length -= 3 - cut_method(rec);
	if (rec->flags & HDRTAP_FLAGS_MALFORMED)
		return "the flags";
	if (rec->flags & HDRTAP_FLAG(INCOMPLETE) ? rec->head_length > length
						 : rec->head_length != length)
		return "the length of the head";
	return NULL;
}

const char *talk_foreign(const struct hdrtap_record *rec, char why[TALK_WHY_MAX])
{
	const char *wrong = check_values(rec, why);

	if (!wrong)
		wrong = check_head(rec);
	if (!wrong && talk_message(rec) < TALK_MESSAGES)
		wrong = check_place(rec);
	return wrong;
}
