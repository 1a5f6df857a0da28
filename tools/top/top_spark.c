/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "top_spark.h"

#include <string.h>

#define HEIGHTS 8

static const char *height(__u64 count, __u64 most, bool utf8)
{
	static const char *const blocks[] = { "\u2581", "\u2582", "\u2583", "\u2584",
					      "\u2585", "\u2586", "\u2587", "\u2588" };
	static const char *const plain[] = { ".", ":", "-", "=", "+", "*", "#", "@" };
	size_t step;

	if (!count)
		return " ";
	step = (count * HEIGHTS - 1) / most;
	return utf8 ? blocks[step] : plain[step];
}

/* What a column stands for. */
struct column {
	__u64 count;
	bool hole;
};

static struct column sum(const __u32 counts[TOP_SPARK_SLICES], __u64 hole, size_t first,
			 size_t behind)
{
	struct column column = { 0 };

	for (size_t i = first; i < behind; i++) {
		column.count += counts[i];
		column.hole |= hole >> i & 1;
	}
	return column;
}

void top_spark(char *text, size_t columns, const __u32 counts[TOP_SPARK_SLICES], __u64 hole,
	       bool utf8)
{
	size_t each = columns < TOP_SPARK_SLICES ? (TOP_SPARK_SLICES + columns - 1) / columns : 1;
	size_t used = (TOP_SPARK_SLICES + each - 1) / each;
	struct column column[TOP_SPARK_SLICES];
	__u64 most = 0;

	for (size_t i = 0; i < used; i++) {
		size_t behind = TOP_SPARK_SLICES - (used - 1 - i) * each;

		column[i] = sum(counts, hole, behind > each ? behind - each : 0, behind);
		most = column[i].count > most ? column[i].count : most;
	}
	for (size_t i = used; i < columns; i++)
		*text++ = ' ';
	for (size_t i = 0; i < used; i++)
		text = stpcpy(text, column[i].hole ? "!" : height(column[i].count, most, utf8));
	*text = '\0';
}
