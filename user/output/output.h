/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where the records of a run go: standard output, the record log, or both.
 */
#ifndef HDRTAP_USER_OUTPUT_H
#define HDRTAP_USER_OUTPUT_H

#include "options/options.h"
#include "run/accounts.h"
#include "sink/sink.h"

struct output {
	struct sink *sink;      /* the filter in front of all outputs; owned */
	bool logged;            /* a record log is one of them */
	__u64 unwritten;        /* records that standard output had taken and could not write */
	__u64 unlogged;         /* likewise, the log */
	struct accounts beside; /* of standard output beside the log, where the log's are others */
};

/*
 * Checks what outputs alone can judge: the format string. `meta`: the elements that records will
 * have, NULL when they are not known yet. Returns 0, or -EINVAL or -ENOMEM (reported).
 */
int output_check(const struct options *options, const struct run_meta *meta);

/*
 * Opens what `-w` and `-f` name. `output` and `accounts` must stay where they are until
 * output_close(); `options` is not kept. Returns 0 or -errno (reported): then there is nothing to
 * close.
 */
int output_open(struct output *output, const struct options *options, struct accounts *accounts);

/* Writes what is left and closes all of them; the accounts tell what could not be written. Returns
 * 0 or -errno (reported). */
int output_close(struct output *output, struct accounts *accounts);

#endif
