/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A batch's filter over hosts: a Bloom filter (Bloom, Communications of the ACM 13(7), 1970) that
 * says of a host that no record of the batch has it, or that one may. What hosts look like in it is
 * the same for who writes it and who asks it.
 */
#ifndef HDRTAP_USER_LOG_FILTER_H
#define HDRTAP_USER_LOG_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "log/log_format.h"

#define LOG_HOST_MAX    256                                            /* bytes of a key */
#define LOG_FILTER_KEYS (LOG_FILTER_MAX * 8 / LOG_FILTER_BITS_PER_KEY) /* most that fit */

#define LOG_FILTER_BITS_PER_KEY 9 /* at least: 1.5 % of the hosts that are not there may be */

/*
 * The key of a value of slot "host" as a record holds it: a value of mode KEEP in lower case
 * without port and brackets, its first LOG_HOST_MAX bytes; `size` bytes of other modes as they are.
 * Returns the bytes written to `key`.
 */
size_t log_host_key(__u8 mode, const __u8 *value, size_t size, __u8 key[LOG_HOST_MAX]);

/* XXH3-64 of a key: what filters are asked with. */
__u64 log_host_hash(__u8 mode, const __u8 *value, size_t size);

/* Bytes of a filter for so many different keys, LOG_FILTER_KEYS at most. */
size_t log_filter_size(size_t keys);

/* `filter` has `size` bytes, all 0 before the first key. */
void log_filter_add(__u8 *filter, size_t size, __u64 hash);

/* False: the key was never added. Without a filter (size 0) any may have been. */
bool log_filter_may_have(const __u8 *filter, size_t size, __u64 hash);

#endif
