/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secret query keys as the user chooses them (`--redact-query LIST`), and what the parser finds
 * them with.
 */
#ifndef HDRTAP_USER_SECRET_KEYS_H
#define HDRTAP_USER_SECRET_KEYS_H

#include <hdrtap/secrets.h>

#define SECRET_KEYS_MAX (HDRTAP_SECRETS_MAX - 1)

/* A query key whose values are replaced. */
struct secret_key {
	char letters[HDRTAP_SECRET_MAX + 1]; /* lower case */
	__u8 where;                          /* HDRTAP_SECRET_* */
};

struct secret_key_list {
	__u32 count;
	struct secret_key key[SECRET_KEYS_MAX];
};

/*
 * Applies one argument, items with commas between them: KEY or +KEY makes a key secret, *KEY also
 * one whose last word it is; -KEY and -*KEY take that back; "none" takes all back. `place` stands
 * behind the key in messages: where it was given. Returns 0 or -EINVAL (reported: no such key, not
 * a key, too many); then those before it are chosen.
 */
int secret_keys_choose(struct secret_key_list *list, const char *argument, const char *place);

/* Fills all of `to`. */
void secret_keys_build(struct hdrtap_secrets *to, const struct secret_key_list *list);

#endif
