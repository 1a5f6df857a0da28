/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/profile_values.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#define ID_MAX 36 /* bytes of APIPark's request_id */

void profile_put(struct out *out, struct profile_text text)
{
	out_bytes(out, text.at, text.size);
}

/* The strings of a list, ", " between them, without the quotes around. */
void profile_put_joined(struct out *out, struct profile_text list, bool first)
{
	struct profile_text rest = profile_inside(list), value;

	for (; profile_next(&rest, &value); first = false) {
		if (!first)
			out_text(out, ", ");
		profile_put(out, profile_inside(value));
	}
}

/* Seconds since the epoch of a time as view_time() writes it, in quotes. */
static __u64 unix_time(struct profile_text time)
{
	struct tm tm = { 0 };
	char text[32] = "";

	memcpy(text, time.at + 1, time.size < 20 ? 0 : 19);
	return strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) ? timegm(&tm) : 0;
}

static void put_time(struct out *out, struct profile_text time, enum profile_how how)
{
	if (how == PROFILE_ISO_MS) {
		out_bytes(out, time.at, 24);
		out_text(out, "Z\"");
		return;
	}
	if (how == PROFILE_UNIX)
		out_char(out, '"');
	out_number(out, unix_time(time));
	if (how == PROFILE_SECONDS)
		out_bytes(out, time.at + 20, 7);
	else
		out_char(out, '"');
}

/* The first item of the first string of the list, if it is an address. */
static struct profile_text address_in(struct profile_text list)
{
	struct profile_text none = { "", 0 }, rest = profile_inside(list), value;
	char text[INET6_ADDRSTRLEN], address[sizeof(struct in6_addr)];
	size_t size;

	if (!profile_next(&rest, &value))
		return none;
	value = profile_inside(value);
	for (size = 0; size < value.size && value.at[size] != ',' && value.at[size] != ' ';)
		size++;
	if (!size || size >= sizeof(text))
		return none;
	memcpy(text, value.at, size);
	text[size] = '\0';
	if (inet_pton(AF_INET, text, address) != 1 && inet_pton(AF_INET6, text, address) != 1)
		return none;
	return (struct profile_text){ value.at, size };
}

/* Bytes of the strings of a list. */
static size_t joined_size(struct profile_text list)
{
	return list.size > 4 ? list.size - 4 : 0;
}

bool profile_has_value(enum profile_how how, struct profile_text value)
{
	if (how == PROFILE_ADDRESS)
		return address_in(value).size;
	return how == PROFILE_ID ? joined_size(value) && joined_size(value) <= ID_MAX
				 : how != PROFILE_LEFT_OUT;
}

static void put_quoted(struct out *out, struct profile_text text)
{
	out_char(out, '"');
	profile_put(out, text);
	out_char(out, '"');
}

static void put_proxied(struct out *out, struct profile_text list)
{
	struct profile_text rest = profile_inside(list), value;
	const char *before = "[\"X-FORWARDED-FOR -> ";

	for (; profile_next(&rest, &value); before = ",\"X-FORWARDED-FOR -> ") {
		out_text(out, before);
		profile_put(out, profile_inside(value));
		out_char(out, '"');
	}
	out_char(out, ']');
}

static void put_milliseconds(struct out *out, struct profile_text ns)
{
	__u64 number = 0;

	for (size_t i = 0; i < ns.size; i++)
		number = 10 * number + (ns.at[i] - '0');
	out_char(out, '"');
	out_number(out, number / 1000000);
	out_char(out, '"');
}

void profile_put_value(struct out *out, enum profile_how how, struct profile_text value)
{
	switch (how) {
	case PROFILE_SECONDS:
	case PROFILE_UNIX:
	case PROFILE_ISO_MS:
		put_time(out, value, how);
		break;
	case PROFILE_STRING:
		put_quoted(out, value);
		break;
	case PROFILE_MILLISECONDS:
		put_milliseconds(out, value);
		break;
	case PROFILE_JOINED:
	case PROFILE_ID:
		out_char(out, '"');
		profile_put_joined(out, value, true);
		out_char(out, '"');
		break;
	case PROFILE_ADDRESS:
		put_quoted(out, address_in(value));
		break;
	case PROFILE_PROXIED:
		put_proxied(out, value);
		break;
	case PROFILE_DIRECTION:
		out_text(out, profile_text_is(value, "\"receive\"") ? "\"ingress\"" : "\"egress\"");
		break;
	default:
		profile_put(out, value);
	}
}
