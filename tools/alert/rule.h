/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Rules as they are after the file was read: what is counted, when that is too much, and what is
 * said then. Times are ns of the records' time.
 */
#ifndef HDRTAP_ALERT_RULE_H
#define HDRTAP_ALERT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/names.h>

#include "receiver.h"
#include "where/where.h"

#define RULES_MAX        1000
#define RULE_BY_MAX      3
#define RULE_PAIRS_MAX   32
#define RULE_NAME_MAX    100  /* bytes of the name of a rule or a receiver */
#define RULE_TEXT_MAX    1024 /* bytes of a label or an annotation */
#define RULE_LABELS_MAX  4096 /* bytes of all labels of a rule, and of the file */
#define RULE_ALARMS_MAX  1000 /* of one rule at a time */
#define RULE_SLICES_MAX  3600 /* a window is at most so many times `every` */
#define RULE_SLICES      60   /* ... and so many if only the window is given */
#define RULE_SHARE_LEAST 50   /* of too_often, millionths: 1/20,000 of the window's calls */

#define RULE_S     1000000000ULL
#define RULE_UNSET (~0ULL)

/* X(symbol, text): what a rule is about. */
#define RULE_KINDS(X)                   \
	X(TOO_OFTEN, "too_often")       \
	X(MISSING, "missing")           \
	X(PRESENT, "present")           \
	X(MATCHING, "matching")         \
	X(UNDOCUMENTED, "undocumented") \
	X(STATUS, "status")             \
	X(LATENCY, "latency")           \
	X(SILENCE, "silence")           \
	X(LOSSES, "losses")             \
	X(NEW_VALUE, "new_value")

#define RULE_X_KIND(s, ...) RULE_##s,
enum rule_kind {
	RULE_KINDS(RULE_X_KIND) RULE_KIND_MAX
};
#undef RULE_X_KIND

/* X(symbol, text): what calls can be told apart by. */
#define RULE_BYS(X)                 \
	X(CLIENT, "client")         \
	X(SERVER, "server")         \
	X(HOST, "host")             \
	X(API, "api")               \
	X(METHOD, "method")         \
	X(STATUS, "status")         \
	X(REQUEST, "request[NAME]") \
	X(RESPONSE, "response[NAME]")

#define RULE_X_BY(s, ...) RULE_BY_##s,
enum rule_by_what {
	RULE_BYS(RULE_X_BY) RULE_BY_WHAT_MAX
};
#undef RULE_X_BY

struct rule_by {
	enum rule_by_what what;
	char name[HDRTAP_NAME_MAX + 1];       /* of a header field, lower case */
	char label[HDRTAP_NAME_MAX + 1 + 16]; /* the alarm's label: "client", "request_x_tenant" */
};

/* A label or an annotation. */
struct rule_pair {
	char *name, *value;
};

struct rule_pairs {
	struct rule_pair pair[RULE_PAIRS_MAX];
	size_t count;
};

struct rule {
	char name[RULE_NAME_MAX + 1];
	enum rule_kind kind;
	struct rule_by by[RULE_BY_MAX];
	size_t by_count;
	struct where *where;   /* the calls that it is about; never NULL */
	struct where *counted; /* of these, those that count against it; NULL: all of them */
	char field[HDRTAP_NAME_MAX + 1 + 16]; /* "request[x-tenant]", of missing and present */
	char status[64];                      /* what `counted` is of RULE_STATUS: "5xx" */
	__u64 window;
	__u64 every;     /* between two evaluations, and the window's slices */
	__u64 pending;   /* `for` */
	__u64 repeat;    /* `continuity`; 0: it is said once */
	__u64 limit;     /* calls, or records lost: what is more is too much */
	__u64 burst;     /* so many more before it fires; it is over at the limit */
	__u32 share;     /* millionths of the calls, instead of `limit`; 0: none */
	__u32 quantile;  /* millionths */
	__u64 above;     /* ns of latency */
	__u64 calls;     /* `calls`: fewer of them in the window say nothing */
	__u64 learn;     /* so long after the first record nothing is new */
	__u64 keep;      /* an alarm about a new value is over after so long */
	__u32 hour_max;  /* alarms told in an hour; 0: any number */
	__u64 receivers; /* bit n: receiver n */
	struct rule_pairs labels, annotations;
	__u64 definition; /* a hash of what is counted and when that is too much */
	__u32 line;       /* in the file */
};

struct rules {
	struct rule *rule;
	size_t count;
	struct receivers receivers;
	struct rule_pairs labels; /* of all alarms */
};

/* What a rule calls it after `when`. */
const char *rule_kind_word(enum rule_kind kind);

/*
 * Reads a file of rules. Returns 0, -EINVAL (reported: file, line, column, what is allowed) or
 * another -errno (reported). To be freed in any case.
 */
int rules_read(struct rules *rules, const char *path);
void rules_free(struct rules *rules);

/* The longest window there is, and how long a new value is remembered, ns. */
__u64 rules_longest(const struct rules *rules);

#endif
