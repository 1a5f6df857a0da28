/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* By itself, so that libhdrtap needs nothing that prints. */
#include "run/secret_keys_default.h"

#include <stdbool.h>
#include <string.h>

#define X_KEY(key) key,
static const char *const keys[] = { HDRTAP_SECRETS(X_KEY) };

_Static_assert(sizeof(keys) / sizeof(keys[0]) <= SECRET_KEYS_MAX, "they have room");

void secret_keys_default(struct secret_key_list *list)
{
	list->count = 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct secret_key *key = &list->key[list->count++];
		bool end = keys[i][0] == '*';

		key->where = HDRTAP_SECRET_WHOLE | (end ? HDRTAP_SECRET_END : 0);
		strncpy(key->letters, keys[i] + end, sizeof(key->letters) - 1);
		key->letters[sizeof(key->letters) - 1] = '\0';
	}
}
