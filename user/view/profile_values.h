/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values of JSON in the types of other vocabularies. Inside the room.
 */
#ifndef HDRTAP_USER_PROFILE_VALUES_H
#define HDRTAP_USER_PROFILE_VALUES_H

#include "view/out.h"
#include "view/profile_pairs.h"

/* How a value is written, if not as it is. */
enum profile_how {
	PROFILE_SAME,
	PROFILE_LEFT_OUT,
	PROFILE_METHOD,       /* the original one, not _OTHER */
	PROFILE_SECONDS,      /* of a time: a number, with six digits behind the point */
	PROFILE_UNIX,         /* of a time: whole seconds, as a string */
	PROFILE_ISO_MS,       /* of a time: with three digits */
	PROFILE_STRING,       /* a number as a string */
	PROFILE_MILLISECONDS, /* ns as ms, as a string */
	PROFILE_JOINED,       /* a list of strings as one, ", " between them */
	PROFILE_ADDRESS,      /* the first address in a list of strings; left out when it is none */
	PROFILE_ID,           /* as PROFILE_JOINED; left out when it is longer than ID_MAX */
	PROFILE_PROXIED,      /* as Zeek has it: ["X-FORWARDED-FOR -> 192.0.2.1"] */
	PROFILE_DIRECTION,    /* ingress or egress */
};

/* Whether something is left of a value that is written so. */
bool profile_has_value(enum profile_how how, struct profile_text value);

void profile_put(struct out *out, struct profile_text text);

/* PROFILE_METHOD: as it is. */
void profile_put_value(struct out *out, enum profile_how how, struct profile_text value);

/* The strings of a list without the quotes around them, ", " before each but the `first`. */
void profile_put_joined(struct out *out, struct profile_text list, bool first);

#endif
