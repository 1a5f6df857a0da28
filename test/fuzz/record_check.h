/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the targets share: header elements to read heads with, and what holds of every record.
 */
#ifndef HDRTAP_TEST_RECORD_CHECK_H
#define HDRTAP_TEST_RECORD_CHECK_H

#include <hdrtap/elements.h>

/* Kinds of element sets: the default one; one of all modes and of more bytes than a record has. */
#define FUZZ_SETS 2

/* Set number `which` modulo FUZZ_SETS. Aborts when it cannot be made. */
const struct hdrtap_elements *fuzz_elements(unsigned int which);

/* Aborts when the record is not as record.h says, whatever bytes it was made from. */
void record_check(const struct hdrtap_record *rec);

#endif
