/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which query keys have secret values: made by user space from `--redact-query`, read by the
 * parser. A key is found by a hash over its last three letters, most are known not to be secret by
 * that; then it is compared whole. Shorter ones are in every chain, behind the others.
 */
#ifndef HDRTAP_SECRETS_H
#define HDRTAP_SECRETS_H

#include <hdrtap/types.h>

#define HDRTAP_SECRETS_MAX  64 /* chosen keys, and the unused index 0; power of two */
#define HDRTAP_SECRET_MAX   24 /* letters of one */
#define HDRTAP_SECRET_WORDS (HDRTAP_SECRET_MAX / 8)
#define HDRTAP_SECRET_TAILS 128 /* power of two */

/*
 * X(key): secret by default, as --redact-query has them; '*' in front: also as the last word of a
 * longer key. The manual page is made of this list, too.
 */
#define HDRTAP_SECRETS(X)   \
	X("*token")         \
	X("*key")           \
	X("*apikey")        \
	X("*accesskeyid")   \
	X("*password")      \
	X("*passwd")        \
	X("*pwd")           \
	X("pass")           \
	X("*passphrase")    \
	X("*secret")        \
	X("*sig")           \
	X("*signature")     \
	X("*auth")          \
	X("*authorization") \
	X("*credential")    \
	X("*session")       \
	X("*sessionid")     \
	X("session_id")     \
	X("sid")            \
	X("*jwt")           \
	X("code")

/* As what a key is secret, bits. */
#define HDRTAP_SECRET_WHOLE 1 /* all of a key */
#define HDRTAP_SECRET_END   2 /* the last word of a longer one */

struct hdrtap_secret {
	__u64 word[HDRTAP_SECRET_WORDS]; /* in lower case, zeros behind */
	__u64 mask[HDRTAP_SECRET_WORDS]; /* 0xdf letter, 0xff other byte, 0 behind them */
	__u8 length;
	__u8 where; /* HDRTAP_SECRET_* */
	__u8 next;  /* next key of the chain, 0: none */
	__u8 unused[5];
};

struct hdrtap_secrets {
	__u8 first[HDRTAP_SECRET_TAILS]; /* first key of each chain, 0: none */
	struct hdrtap_secret key[HDRTAP_SECRETS_MAX];
};

/* Chain of the keys that end in these three bytes, letters in any case. */
HDRTAP_INLINE __u32 hdrtap_secret_tail(__u8 a, __u8 b, __u8 c)
{
	__u32 tail = ((__u32)c << 16 | (__u32)b << 8 | a) | 0x202020;

	return tail * 0x9e3779b1u >> 25;
}

#endif
