/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Query keys that are secret unless the user says otherwise.
 */
#ifndef HDRTAP_USER_SECRET_KEYS_DEFAULT_H
#define HDRTAP_USER_SECRET_KEYS_DEFAULT_H

#include "run/secret_keys.h"

/* Makes the keys those that are secret by default. */
void secret_keys_default(struct secret_key_list *list);

#endif
