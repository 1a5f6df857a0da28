/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The six bits of a key come from one hash by enhanced double hashing (Dillinger and Manolios,
 * Bloom Filters in Probabilistic Verification, FMCAD 2004), which in the smallest filters errs less
 * often than plain double hashing does.
 */
#include "log/log_filter.h"

#include <string.h>
#include <xxhash.h>

#include <hdrtap/record.h>

#define KEY_BITS 6

static __u8 lower(__u8 byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* Leaves away a port: what follows a colon, unless there are several, as in an IPv6 address. */
static size_t without_port(const __u8 *value, size_t size)
{
	const __u8 *colon = memchr(value, ':', size);

	if (!colon || memchr(colon + 1, ':', value + size - colon - 1))
		return size;
	return colon - value;
}

/* What a value of mode KEEP names: a part of it. */
static const __u8 *find_host(const __u8 *value, size_t *size)
{
	const __u8 *bracket;

	if (!*size || value[0] != '[') {
		*size = without_port(value, *size);
		return value;
	}
	value++;
	--*size;
	bracket = memchr(value, ']', *size);
	if (bracket)
		*size = bracket - value;
	return value;
}

size_t log_host_key(__u8 mode, const __u8 *value, size_t size, __u8 key[LOG_HOST_MAX])
{
	size_t i;

	if (size > LOG_HOST_MAX)
		size = LOG_HOST_MAX;
	if (mode != HDRTAP_MODE_KEEP) {
		memcpy(key, value, size);
		return size;
	}
	value = find_host(value, &size);
	for (i = 0; i < size; i++)
		key[i] = lower(value[i]);
	return size;
}

__u64 log_host_hash(__u8 mode, const __u8 *value, size_t size)
{
	__u8 key[LOG_HOST_MAX];

	size = log_host_key(mode, value, size, key);
	return XXH3_64bits(key, size);
}

size_t log_filter_size(size_t keys)
{
	size_t size = LOG_BLOCK_ALIGN;

	while (size * 8 < keys * LOG_FILTER_BITS_PER_KEY)
		size *= 2;
	return size;
}

void log_filter_add(__u8 *filter, size_t size, __u64 hash)
{
	__u32 bit = hash, step = hash >> 32, i;

	for (i = 0; i < KEY_BITS; i++) {
		filter[bit / 8 & (size - 1)] |= 1 << bit % 8;
		bit += step;
		step += i + 1;
	}
}

bool log_filter_may_have(const __u8 *filter, size_t size, __u64 hash)
{
	__u32 bit = hash, step = hash >> 32, i;

	for (i = 0; size && i < KEY_BITS; i++) {
		if (!(filter[bit / 8 & (size - 1)] & 1 << bit % 8))
			return false;
		bit += step;
		step += i + 1;
	}
	return true;
}
