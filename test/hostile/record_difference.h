/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Compares records and says in words where they differ. */
#ifndef HDRTAP_TEST_RECORD_DIFFERENCE_H
#define HDRTAP_TEST_RECORD_DIFFERENCE_H

#include <hdrtap/record.h>

/* The first field that differs, NULL: equal. The text is valid until the next call. */
const char *record_difference(const struct hdrtap_record *is, const struct hdrtap_record *expected);

/* What in `part` is not as if the head of `whole` had been cut somewhere, NULL: nothing. Flags are
 * not looked at. */
const char *record_part_difference(const struct hdrtap_record *part,
				   const struct hdrtap_record *whole);

#endif
