/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the targets share: header elements to read heads with, what holds of every record, and of
 * the counters at the end.
 */
#ifndef HDRTAP_TEST_RECORD_CHECK_H
#define HDRTAP_TEST_RECORD_CHECK_H

#include <hdrtap/counters.h>
#include <hdrtap/settings.h>

/* Kinds of element sets: the default one; one of all modes and of more bytes than a record has. */
#define FUZZ_SETS 2

/* Set number `which` modulo FUZZ_SETS. Aborts when it cannot be made. */
const struct hdrtap_settings *fuzz_settings(unsigned int which);

/* Aborts when the record is not as record.h says, whatever bytes it was made from. */
void record_check(const struct hdrtap_record *rec);

/* Aborts when the accounts of so many packets and records do not close. No head is in progress. */
void counters_check(const struct hdrtap_counters *counters, __u64 packets, __u64 records);

#endif
