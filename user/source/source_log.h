/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The record log and the record stream as sources.
 */
#ifndef HDRTAP_USER_SOURCE_LOG_H
#define HDRTAP_USER_SOURCE_LOG_H

#include "log_read/log_reader.h"
#include "source/source.h"

/*
 * A source (source.h): hands on the records and losses of `count` logs, merged by time, until their
 * end, a signal, or until the sink wants no more. Returns 0 or -errno (reported, but for the sink's
 * -EPIPE).
 */
int log_source_run(const struct log_source_options *options, size_t count, struct source *source);

#endif
