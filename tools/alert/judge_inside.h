/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Inside of judge*.c: what rules share, and what each of them has.
 */
#ifndef HDRTAP_ALERT_JUDGE_INSIDE_H
#define HDRTAP_ALERT_JUDGE_INSIDE_H

#include "alarm.h"
#include "judge.h"
#include "losses.h"
#include "seen.h"
#include "tally.h"
#include "usage/usage_key.h"

/* A predicate that some rules have. */
struct judge_test {
	const struct where *where; /* of one of the rules */
	__u64 serial;              /* of the event that it was decided for */
	bool holds;
};

/* A key that some groups have. */
struct judge_key {
	struct usage_key key;
	__u64 serial; /* of the event that it was made for */
	size_t size;
	__u8 made[USAGE_KEY_MAX];
};

/* Calls that some rules count in the same way. */
struct judge_group {
	const struct rule *rule;            /* the first of these rules */
	struct judge_test *where, *counted; /* NULL: all calls */
	struct judge_key *key;
	bool needs_end;
	__u64 next;              /* the next evaluation (UTC, ns); 0: no time is known yet */
	__u64 newest;            /* event that is to be counted; 0: none yet */
	__u64 whole;             /* calls are known from here on */
	struct tally *tally;     /* NULL: the rules are of losses or new_value */
	struct seen seen;        /* of new_value */
	struct new_value *fresh; /* since the last evaluation; owned */
	size_t fresh_count;
};

/* A value that was not seen before. */
struct new_value {
	__u8 *key; /* owned */
	size_t size;
	__u64 time;
};

struct judge_rule {
	const struct rule *rule;
	struct judge_group *group;
	struct alarms alarms;
	__u64 lost;    /* records of the window of the last evaluation */
	__u64 blurred; /* when it was said that the limit is too low to be relied on; 0: not yet */
};

struct judge {
	struct judge_options options;
	struct judge_rule *rule;
	size_t rules;
	struct judge_group *group;
	size_t groups;
	struct judge_group **of[2]; /* those that count when a call is known, and when it ended */
	size_t count_of[2];
	struct judge_test *test;
	size_t tests;
	struct judge_key *key;
	size_t keys;
	struct losses losses;
	__u64 serial; /* of events */
	__u64 newest, judged;
	__u64 said;    /* nothing is said of evaluations up to then (UTC, ns): they were before */
	__u64 longest; /* rules_longest() */
	__u64 due;     /* the next evaluation of any group; RULE_UNSET: none is known */
	__u64 late;
};

/* The rule's alarms after its group has moved on to `now`. Returns 0 or -errno (reported). */
int judge_rule_evaluate(struct judge *judge, struct judge_rule *rule, __u64 now);

/* An event of the group is at that time. */
void judge_group_time(struct judge *judge, struct judge_group *group, __u64 time);

/* A value that has not been seen within the window. Returns 0 or -ENOMEM (reported). */
int judge_group_add(struct judge_group *group, const void *key, size_t size, __u64 time);

/* Makes the groups of all rules. Returns 0 or -ENOMEM (not reported). */
int judge_groups_open(struct judge *judge);
void judge_groups_close(struct judge *judge);

/* Takes what groups that count the same have counted. */
void judge_groups_take_over(struct judge *judge, struct judge *old);

#endif
