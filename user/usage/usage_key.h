/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys of tables, made from calls: one part or several. As text, they are parts with commas between
 * them; names are those of --where:
 *
 *	api              method, host and path template (api_names.h)
 *	source           where its name is from: rule, document, undocumented
 *	method, host, path    parts of the api's name
 *	client, server   addresses (of a PROXY protocol header, where there is one)
 *	interface        name
 *	status           number; class: unanswered, 1xx .. 5xx
 *	request[NAME], NAME   a header field of the request, as far as it was kept: text, the hash
 *	response[NAME]        of mode `hash` as 16 digits, the number of bytes of mode `length`
 *
 * `status`, `class` and `response[NAME]` are known when a call ended, all others from its request
 * on. A key of one that is known later is counted as a whole when the call ended.
 */
#ifndef HDRTAP_USER_USAGE_KEY_H
#define HDRTAP_USER_USAGE_KEY_H

#include "usage/usage_call.h"
#include "usage/usage_table.h"

#define USAGE_PARTS_MAX 4
#define USAGE_VALUE_MAX 128 /* bytes of a header field; longer ones count by their beginning */

#define USAGE_TEXT_MAX (API_NAME_MAX + 1) /* bytes of a part as text, the zero byte included */

enum usage_field {
	USAGE_FIELD_API,
	USAGE_FIELD_SOURCE,
	USAGE_FIELD_METHOD,
	USAGE_FIELD_HOST,
	USAGE_FIELD_PATH,
	USAGE_FIELD_CLIENT,
	USAGE_FIELD_SERVER,
	USAGE_FIELD_INTERFACE,
	USAGE_FIELD_STATUS,
	USAGE_FIELD_CLASS,
	USAGE_FIELD_REQUEST,  /* header field */
	USAGE_FIELD_RESPONSE, /* likewise */
};

struct usage_part {
	enum usage_field field;
	char name[HDRTAP_NAME_MAX + 1]; /* header field, lower case */
};

/* All zero but `count` 0: one key for all calls. */
struct usage_key {
	__u32 count;
	struct usage_part part[USAGE_PARTS_MAX];
};

/* Reads `text`. Returns 0 or -EINVAL with a message that says what there is. */
int usage_key_parse(struct usage_key *key, const char *text, struct message *message);

/* The fields there are, with commas, for help and messages. */
const char *usage_key_names(void);

/* Whether it needs to know how a call ended. */
bool usage_key_needs_end(const struct usage_key *key);

/* Bytes of its longest key, at most USAGE_KEY_MAX. */
__u32 usage_key_max(const struct usage_key *key);

/* The header field that a part asks of (lower case), and of which kind of head
 * (HDRTAP_KIND_REQUEST or _RESPONSE); NULL: it asks of none. So that a program can say that a log
 * has no such element. */
const char *usage_key_asks(const struct usage_key *key, __u32 part, __u8 *kind);

/* Makes the key of a call. Returns its size. What is not known of a call is absent, a part of its
 * own. */
size_t usage_key_make(const struct usage_key *key, struct usage_call *call, __u8 to[USAGE_KEY_MAX]);

/* Part `number` (below key->count) of a key that was made by this one, as text, ended by a zero
 * byte; what does not fit is cut. `room`: 1 or more; USAGE_TEXT_MAX is enough. Text of header
 * fields is from the wire and hostile, and may have zero bytes: its size is returned. -1: the part
 * is absent. */
int usage_key_text(const struct usage_key *key, const void *made, __u32 number, char *text,
		   size_t room);

/*
 * Counts a call's event in a table whose keys are these: from both verbs of a usage_taker, all
 * calls. `end`: from end(). A key that needs to know how calls ended is counted in end() alone.
 */
void usage_count(struct usage_table *table, const struct usage_key *key, struct usage_call *call,
		 bool end);

/* Likewise in so many tables of the same keys; the call's is made once, for the first that counts
 * such an event. */
void usage_count_in_all(struct usage_table *const *tables, __u32 count, const struct usage_key *key,
			struct usage_call *call, bool end);

#endif
