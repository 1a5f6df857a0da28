/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What bytes are, in paths and hosts.
 */
#ifndef HDRTAP_USER_API_BYTES_H
#define HDRTAP_USER_API_BYTES_H

#include <hdrtap/types.h>

/* Kinds, a bit each. */
enum {
	API_DIGIT = 1,
	API_UPPER_HEX = 2,
	API_LOWER_HEX = 4,
	API_UPPER = 8, /* other letters */
	API_LOWER = 16,
	API_DASH = 32, /* - _ */
	API_DOT = 64,  /* . , = */
	API_COLON = 128,
	API_AT = 256,
	API_PUNCTUATION = 512, /* what else is in a path as it is, and needs no care in texts */
	API_PERCENT = 1024,
	API_END = 2048,   /* of a path: ? # */
	API_SLASH = 4096, /* of a segment */
	API_SEMICOLON = 8192,
	API_OTHER = 16384,
};

#define API_LETTERS (API_UPPER_HEX | API_LOWER_HEX | API_UPPER | API_LOWER)

extern const __u16 api_kinds[256];

#endif
