/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The key of hashed header values: 16 bytes in a file that only its owner can read.
 */
#ifndef HDRTAP_USER_KEY_H
#define HDRTAP_USER_KEY_H

#include "run/meta.h"

#define KEY_FILE_DEFAULT "/var/lib/hdrtap/key"

/*
 * Reads the key into `key` and tells `meta` its id; makes the file, with random bytes, when there
 * is none. Does nothing when no active element has HDRTAP_MODE_HASH. Returns 0 or -errno
 * (reported).
 */
int key_load(struct run_meta *meta, __u64 key[2], const char *path);

/* Returns -EINVAL (reported) when an active element needs a key and there is none. */
int key_check(const struct run_meta *meta);

#endif
