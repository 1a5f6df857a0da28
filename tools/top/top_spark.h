/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A trend in one row of characters: as high as the counts, the highest of them all the same height.
 */
#ifndef HDRTAP_TOP_SPARK_H
#define HDRTAP_TOP_SPARK_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/types.h>

#define TOP_SPARK_SLICES     60                       /* of a second each */
#define TOP_SPARK_SIZE(wide) (3 * (size_t)(wide) + 1) /* bytes of a text of so many columns */

/*
 * Writes `columns` (1 or more) of TOP_SPARK_SLICES counts, the oldest first: blocks of Unicode, or
 * plain characters without `utf8`. Nothing is a space; '!' is where slices with a `hole` are: bit n
 * of it is slice n. When there are fewer columns than slices, each is the sum of several, the first
 * perhaps of fewer; columns that are not needed are spaces in front.
 */
void top_spark(char *text, size_t columns, const __u32 counts[TOP_SPARK_SLICES], __u64 hole,
	       bool utf8);

#endif
