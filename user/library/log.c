/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A log is what hdrtap -r reads with, and the record it is at.
 */
#include "library/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)HDRTAP_LOG_END == LOG_MERGE_END, "end");
_Static_assert((int)HDRTAP_LOG_RECORD == LOG_MERGE_RECORD, "record");
_Static_assert((int)HDRTAP_LOG_LOSS == LOG_MERGE_LOSS, "loss");
_Static_assert((int)HDRTAP_LOG_DESCRIPTION == LOG_MERGE_META, "description");
_Static_assert((int)HDRTAP_LOG_IDLE == LOG_MERGE_IDLE, "idle");
_Static_assert((int)HDRTAP_LOG_NOTICE == LOG_MERGE_NOTICE, "notice");
_Static_assert((int)HDRTAP_LOG_COMPLETE == LOG_MERGE_COMPLETE, "complete");

const char *hdrtap_log_version(void)
{
	return HDRTAP_VERSION;
}

int hdrtap_log_new(struct hdrtap_log **log)
{
	struct hdrtap_log *made = calloc(1, sizeof(*made));
	int err = made ? log_merge_new(&made->merge) : -ENOMEM;

	if (err)
		free(made);
	else
		*log = made;
	return err;
}

void hdrtap_log_free(struct hdrtap_log *log)
{
	if (!log)
		return;
	log_merge_free(log->merge);
	free((char *)log->options.host);
	free(log);
}

static int add(struct hdrtap_log *log, const struct log_source_options *options)
{
	int err = log_merge_add(log->merge, options, &log->error);

	return err ? err : (int)log->sources++;
}

int hdrtap_log_add(struct hdrtap_log *log, const char *path)
{
	struct log_source_options options = log->options;

	options.path = path;
	return add(log, &options);
}

int hdrtap_log_add_fd(struct hdrtap_log *log, int fd, const char *name)
{
	struct log_source_options options = log->options;

	options.path = name;
	options.stream = true;
	options.fd = fd;
	return add(log, &options);
}

int hdrtap_log_follow(struct hdrtap_log *log, int follow)
{
	log->options.follow = follow;
	return 0;
}

int hdrtap_log_since(struct hdrtap_log *log, uint64_t since)
{
	log->options.since = since;
	return 0;
}

int hdrtap_log_until(struct hdrtap_log *log, uint64_t until)
{
	log->options.until = until;
	return 0;
}

int hdrtap_log_host(struct hdrtap_log *log, const char *host)
{
	char *copy = host ? strdup(host) : NULL;

	if (host && !copy)
		return message_set(&log->error, ENOMEM,
				   "cannot look for a host: out of memory; end other programs");
	free((char *)log->options.host);
	log->options.host = copy;
	return 0;
}

int hdrtap_log_next(struct hdrtap_log *log)
{
	log->event = log_merge_next(log->merge);
	if (log->event == LOG_MERGE_RECORD)
		rec_set(&log->rec, log_merge_now(log->merge));
	else if (log->event < 0)
		message_set(&log->error, 0, "%s", log_merge_now(log->merge)->text);
	return log->event;
}

int hdrtap_log_fd(const struct hdrtap_log *log)
{
	return log_merge_fd(log->merge);
}

int hdrtap_log_wait(const struct hdrtap_log *log)
{
	return log_merge_wait(log->merge);
}

unsigned int hdrtap_log_source(const struct hdrtap_log *log)
{
	return log_merge_now(log->merge)->source;
}

const char *hdrtap_log_error(const struct hdrtap_log *log)
{
	return log->error.text;
}

const char *hdrtap_log_notice(const struct hdrtap_log *log)
{
	return log->event == LOG_MERGE_NOTICE ? log_merge_now(log->merge)->text : "";
}

int hdrtap_log_damaged(const struct hdrtap_log *log)
{
	return log_merge_damaged(log->merge);
}

void hdrtap_log_loss(const struct hdrtap_log *log, unsigned int *cpu, const char **cause,
		     uint64_t *count)
{
	const struct log_loss none = { 0 }, *loss = &none;

	if (log->event == LOG_MERGE_LOSS)
		loss = &log_merge_now(log->merge)->loss;
	if (cpu)
		*cpu = loss->cpu;
	if (cause)
		*cause = loss->cause == LOG_LOSS_STORAGE ? "storage" : "reader";
	if (count)
		*count = loss->count;
}

const struct hdrtap_description *hdrtap_log_description(const struct hdrtap_log *log)
{
	return (struct hdrtap_description *)log_merge_now(log->merge)->description;
}

uint64_t hdrtap_log_complete_until(const struct hdrtap_log *log)
{
	return log_merge_complete(log->merge);
}

uint64_t hdrtap_log_complete_until_clock(const struct hdrtap_log *log)
{
	return log_merge_now(log->merge)->complete_until;
}

uint64_t hdrtap_log_bytes_read(const struct hdrtap_log *log)
{
	return log_merge_counters(log->merge).bytes;
}

uint64_t hdrtap_log_batches_read(const struct hdrtap_log *log)
{
	return log_merge_counters(log->merge).batches;
}

uint64_t hdrtap_log_batches_skipped(const struct hdrtap_log *log)
{
	return log_merge_counters(log->merge).skipped;
}

const struct hdrtap_rec *hdrtap_log_rec(const struct hdrtap_log *log)
{
	return log->event == LOG_MERGE_RECORD ? &log->rec : NULL;
}
