/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * This is on the way of every record, where a nanosecond counts.
 */
#include "log_write/log_summary.h"

#define LAST_BIT 15

static __u16 bit(unsigned int number)
{
	return 1u << (number < LAST_BIT ? number : LAST_BIT);
}

void log_summary_describe(struct log_summary *s, const struct run_meta *meta)
{
	log_hosts_describe(&s->hosts, meta);
}

void log_summary_add(struct log_summary *s, const struct hdrtap_record *rec)
{
	if (!s->kinds || rec->time < s->time_first)
		s->time_first = rec->time;
	if (rec->time > s->time_last)
		s->time_last = rec->time;
	s->kinds |= bit(rec->kind);
	if (rec->kind == HDRTAP_KIND_RESPONSE)
		s->statuses |= bit(rec->status / 100);
	log_hosts_add(&s->hosts, rec);
}

size_t log_summary_put(struct log_summary *s, struct log_batch_head *head)
{
	head->time_first = s->time_first;
	head->time_last = s->time_last;
	head->kinds = s->kinds;
	head->statuses = s->statuses;
	head->filter_length = log_hosts_put(&s->hosts, (__u8 *)(head + 1));
	if (head->filter_length)
		head->filter_offset = sizeof(*head);
	s->time_first = s->time_last = 0;
	s->kinds = s->statuses = 0;
	return sizeof(*head) + head->filter_length + sizeof(__u64);
}
