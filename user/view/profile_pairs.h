/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The keys and values of one flat JSON object, as text. Inside the room.
 */
#ifndef HDRTAP_USER_PROFILE_PAIRS_H
#define HDRTAP_USER_PROFILE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#define PROFILE_PAIRS_MAX 256 /* more than an object of hdrtap can have */

struct profile_text {
	const char *at;
	size_t size;
};

struct profile_pair {
	struct profile_text key;   /* without its quotes */
	struct profile_text value; /* with them, or a number or list */
};

struct profile_pairs {
	size_t count;
	struct profile_pair pair[PROFILE_PAIRS_MAX];
};

/* Takes an object apart that hdrtap wrote. */
void profile_pairs_read(struct profile_pairs *pairs, struct profile_text object);

/* The value of a key, of size 0: there is none. */
struct profile_text profile_pairs_find(const struct profile_pairs *pairs, const char *key);

bool profile_text_is(struct profile_text text, const char *other);

/* What is between the quotes or brackets of a value. */
struct profile_text profile_inside(struct profile_text value);

/* Takes the next value off a list without brackets; returns false at its end. */
bool profile_next(struct profile_text *list, struct profile_text *value);

#endif
