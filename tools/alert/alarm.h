/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The alarms of one rule: from the moment that its condition holds for a key until it is over.
 * Times are UTC, ns, of the records; moments are those of the rule's evaluations.
 */
#ifndef HDRTAP_ALERT_ALARM_H
#define HDRTAP_ALERT_ALARM_H

#include <stdbool.h>

#include "buffer.h"
#include "rule.h"

#define ALARM_HOUR (3600 * RULE_S)

enum alarm_state {
	ALARM_PENDING, /* the condition holds, but not yet as long as `for` */
	ALARM_FIRING,
};

struct alarm {
	__u8 *key; /* owned: which of those that the rule tells apart */
	size_t size;
	__u64 id; /* of the rule and the key */
	enum alarm_state state;
	bool kept;   /* from a state that was read: it is not over before a window is known whole */
	__u64 since; /* when the condition began to hold */
	__u64 fired; /* when it began to fire */
	__u64 told;  /* when it was said last; 0: it was not */
	__u64 lost;  /* records that are missing in the window */
};

/* All zero: none. */
struct alarms {
	struct alarm *list; /* owned */
	size_t count;
	__u64 *hour; /* ring of rule->hour_max moments at which something was said; NULL: not yet */
	__u32 hour_at;
	__u64 begun;      /* the rule knows its window from here on; 0: not yet */
	__u64 suppressed; /* not said because of hour_max, since the start */
	__u64 left_out;   /* keys beyond RULE_ALARMS_MAX, likewise */
	__u64 untold;     /* over before there was room to say it, likewise */
};

/* Which alarm: the same in every run. */
__u64 alarm_id(const struct rule *rule, const void *key, size_t size);

struct alarm *alarms_find(struct alarms *alarms, __u64 id);

/* Adds one that is pending. NULL: there are too many (counted), or no memory. */
struct alarm *alarms_add(struct alarms *alarms, const struct rule *rule, const void *key,
			 size_t size, __u64 now);

void alarms_drop(struct alarms *alarms, struct alarm *alarm);

/* Whether hour_max allows that something is said now. */
bool alarms_may_tell(const struct alarms *alarms, const struct rule *rule, __u64 now);

/* Something is said now. Returns 0 or -ENOMEM. */
int alarms_tell(struct alarms *alarms, const struct rule *rule, __u64 now);

void alarms_free(struct alarms *alarms);

void alarms_pack(struct buffer *buffer, const struct alarms *alarms, const struct rule *rule);

/* Into alarms that are all zero. Returns 0, -EBADMSG or -ENOMEM. */
int alarms_unpack(struct alarms *alarms, const struct rule *rule, struct buffer_reader *reader);

#endif
