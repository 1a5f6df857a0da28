/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The parser cases of llhttp's test suite, from the corpus. */
#ifndef HDRTAP_TEST_LLHTTP_CASES_H
#define HDRTAP_TEST_LLHTTP_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define LLHTTP_FIELDS_MAX   32
#define LLHTTP_MESSAGES_MAX 16

struct llhttp_bytes {
	__u8 *data;
	size_t length;
};

struct llhttp_field {
	struct llhttp_bytes name, value;
};

/* What llhttp says of one message's head. */
struct llhttp_message {
	size_t begin;   /* offset of its first byte in the input */
	size_t end;     /* offset behind its head, 0: not reached */
	char *error;    /* what is wrong with the head, NULL: nothing */
	unsigned flags; /* LLHTTP_FLAG_* */
	__u64 content_length;
	int major, minor; /* 0.0: the version was not reached */
	int status;       /* 0: a request, or not reached */
	struct llhttp_bytes method, target;
	size_t field_count;
	struct llhttp_field field[LLHTTP_FIELDS_MAX];
};

#define LLHTTP_FLAG_CHUNKED           0x8
#define LLHTTP_FLAG_CONTENT_LENGTH    0x20
#define LLHTTP_FLAG_TRANSFER_ENCODING 0x200

struct llhttp_case {
	char *name;
	bool lenient; /* llhttp was told to let something pass that it refuses otherwise */
	struct llhttp_bytes input;
	size_t message_count;
	struct llhttp_message message[LLHTTP_MESSAGES_MAX];
};

struct llhttp_cases {
	size_t count;
	struct llhttp_case *list;
};

/*
 * Reads them all from $HDRTAP_CORPUS/llhttp; the running Criterion test is skipped when that is not
 * there, and fails when it can't be read.
 */
struct llhttp_cases llhttp_cases_read(void);
void llhttp_cases_free(struct llhttp_cases *cases);

#endif
