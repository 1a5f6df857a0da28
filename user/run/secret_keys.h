/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Secret query keys as the user chooses them (`--redact-query LIST`), and what the parser finds
 * them with.
 */
#ifndef HDRTAP_USER_SECRET_KEYS_H
#define HDRTAP_USER_SECRET_KEYS_H

#include "run/meta.h"

/* Makes the keys those that are secret by default. */
void secret_keys_default(struct run_meta *meta);

/*
 * Applies one argument, items with commas between them: KEY or +KEY makes a key secret, *KEY also
 * one whose last word it is; -KEY and -*KEY take that back; "none" takes all back. `place` stands
 * behind the key in messages: where it was given. Returns 0 or -EINVAL (reported: no such key, not
 * a key, too many); then those before it are chosen.
 */
int secret_keys_choose(struct run_meta *meta, const char *argument, const char *place);

/* Fills all of `to`. */
void secret_keys_build(struct hdrtap_secrets *to, const struct run_meta *meta);

#endif
