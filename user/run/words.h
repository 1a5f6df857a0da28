/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The numbers of records as words.
 */
#ifndef HDRTAP_USER_WORDS_H
#define HDRTAP_USER_WORDS_H

#include <hdrtap/types.h>

/* Texts of record fields; "unknown" for numbers that mean nothing. */
const char *word_kind(__u8 kind);
const char *word_method(__u8 method);
const char *word_mode(__u8 mode);
const char *word_framing(__u8 framing);
const char *word_direction(__u8 direction);
const char *word_hook(__u8 hook);
const char *word_tunnel(__u8 tunnel);

/* Text of the flag `1 << bit`. */
const char *word_flag(unsigned int bit);

#endif
