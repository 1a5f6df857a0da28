/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a predicate becomes: terms, and steps over them in postfix order. For this room alone.
 */
#ifndef HDRTAP_USER_WHERE_PROGRAM_H
#define HDRTAP_USER_WHERE_PROGRAM_H

#include "where/where_types.h"

#define WHERE_TERMS_MAX 256
#define WHERE_STEPS_MAX 1024
#define WHERE_DEPTH_MAX 64 /* of parentheses and `!` */

enum where_field {
	WHERE_METHOD,
	WHERE_HOST,
	WHERE_PATH,
	WHERE_QUERY, /* of the target, behind '?' */
	WHERE_TARGET,
	WHERE_STATUS,
	WHERE_KIND,
	WHERE_LATENCY,
	WHERE_CLIENT,
	WHERE_CLIENT_PORT,
	WHERE_SERVER,
	WHERE_SERVER_PORT,
	WHERE_INTERFACE,
	WHERE_DIRECTION,
	WHERE_VLAN,
	WHERE_TUNNEL,
	WHERE_FLAG,
	WHERE_FRAMING,
	WHERE_VERSION, /* as in records: major << 4 | minor */
	WHERE_NAMED,   /* a header field */
	WHERE_HEAD,    /* a request or response as a whole */
};

enum where_test {
	WHERE_EQUAL,  /* to one of the values */
	WHERE_GLOB,   /* like one of the values */
	WHERE_HAS,    /* there is one */
	WHERE_LENGTH, /* bytes on the wire, in one of the values */
};

/* One alternative. */
struct where_operand {
	char *text; /* owned; NULL: a number or an address */
	size_t size;
	__u64 low, high;  /* numbers, both included */
	__u8 address[16]; /* IPv4-mapped */
	__u8 bits;        /* of address that count */
};

struct where_term {
	enum where_field field;
	enum where_test test;
	__u8 kind; /* of the head that is asked, HDRTAP_KIND_NONE: of either */
	size_t count;
	struct where_operand *operand;  /* owned */
	char name[HDRTAP_NAME_MAX + 1]; /* WHERE_NAMED: lower case */
};

enum where_op {
	WHERE_TERM,
	WHERE_NOT,
	WHERE_AND,
	WHERE_OR,
	WHERE_OP_MAX,
};

struct where_step {
	enum where_op op;
	__u32 term; /* WHERE_TERM */
};

struct where {
	char text[WHERE_TEXT_MAX];
	struct where_term term[WHERE_TERMS_MAX];
	__u32 terms;
	struct where_step step[WHERE_STEPS_MAX];
	__u32 steps;
};

#endif
