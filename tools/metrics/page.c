/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "page.h"

#include <stdio.h>
#include <string.h>

#include "page_put.h"
#include "view/label_escape.h"

#define FIELD_LABEL_MAX (sizeof("field=\"\"") + LABEL_ESCAPED_MAX * 2 * HDRTAP_NAME_MAX)

static const char *const class_labels[USAGE_CLASSES] = {
	[USAGE_1XX] = "class=\"1xx\"", [USAGE_2XX] = "class=\"2xx\"",
	[USAGE_3XX] = "class=\"3xx\"", [USAGE_4XX] = "class=\"4xx\"",
	[USAGE_5XX] = "class=\"5xx\"", [USAGE_BEYOND] = "class=\"other\"",
};

/* --- series of calls --- */

static void put_requests(struct page *page, const struct series *series)
{
	page_begin(page, "hdrtap_http_requests", PAGE_COUNTER,
		   "HTTP requests, and responses whose request was never seen.");
	for (__u32 i = 0; i < series->count; i++)
		page_number(page, series->set[i].labels, NULL, series->set[i].calls);
}

static void put_responses(struct page *page, const struct series *series)
{
	page_begin(page, "hdrtap_http_responses", PAGE_COUNTER,
		   "HTTP responses by class of status; interim ones are not counted.");
	for (__u32 i = 0; i < series->count; i++)
		for (int class = USAGE_1XX; class < USAGE_CLASSES; class ++)
			page_number(page, series->set[i].labels, class_labels[class],
				    series->set[i].class[class]);
}

static void put_ends(struct page *page, const struct series *series)
{
	page_begin(page, "hdrtap_http_errors", PAGE_COUNTER,
		   "HTTP responses with status 500 or more.");
	for (__u32 i = 0; i < series->count; i++)
		page_number(page, series->set[i].labels, NULL, usage_errors(series->set[i].class));
	page_begin(page, "hdrtap_http_unanswered", PAGE_COUNTER,
		   "HTTP requests that ended without a response.");
	for (__u32 i = 0; i < series->count; i++)
		page_number(page, series->set[i].labels, NULL,
			    series->set[i].class[USAGE_UNANSWERED]);
}

static void put_histogram(const struct page *page, const struct series *series, __u32 set)
{
	const struct buckets *buckets = &series->shape.buckets;
	const __u64 *count = series_buckets(series, set);
	const char *labels = series->set[set].labels;
	__u64 sum = 0;

	for (__u32 i = 0; i < buckets->count; i++)
		page_bucket(page, labels, buckets->bound[i], sum += count[i]);
	sum += count[buckets->count];
	page_bucket(page, labels, PAGE_NO_BOUND, sum);
	page_sum(page, labels, series->set[set].latency_sum, sum);
}

static void put_latencies(struct page *page, const struct series *series)
{
	page_begin(page, "hdrtap_http_latency_seconds", PAGE_HISTOGRAM,
		   "Time from the last byte of a request's head to the first byte of its response, "
		   "as seen on the wire.");
	for (__u32 i = 0; i < series->count; i++)
		put_histogram(page, series, i);
}

static void field_label(char label[FIELD_LABEL_MAX], const struct required_field *field)
{
	char *to = label + sprintf(label, "field=\"%s",
				   field->kind == HDRTAP_KIND_REQUEST ? "request[" : "response[");

	to = label_escape(to, (const __u8 *)field->name, strlen(field->name));
	strcpy(to, "]\"");
}

static void put_missing(struct page *page, const struct counts *counts)
{
	const struct required *required = counts->required;
	const struct series *series = &counts->series;
	char label[REQUIRED_MAX][FIELD_LABEL_MAX];

	if (!required->count)
		return;
	for (__u32 i = 0; i < required->count; i++)
		field_label(label[i], &required->field[i]);
	page_begin(page, "hdrtap_http_field_missing", PAGE_COUNTER,
		   "Heads without a required header field.");
	for (__u32 i = 0; i < required->count; i++)
		page_number(page, label[i], NULL, counts->missing[i]);
	page_begin(page, "hdrtap_http_field_unknown", PAGE_COUNTER,
		   "Heads whose records do not tell whether a required header field was there.");
	for (__u32 i = 0; i < required->count; i++)
		page_number(page, label[i], NULL, counts->unknown[i]);
	page_begin(page, "hdrtap_http_call_field_missing", PAGE_COUNTER,
		   "The same, by labels of calls.");
	for (__u32 set = 0; set < series->count; set++)
		for (__u32 i = 0; i < required->count; i++)
			page_number(page, series->set[set].labels, label[i],
				    series_missing(series, set)[i]);
}

/* --- the log --- */

static void put_log(struct page *page, const struct page_of *of)
{
	const struct companion_counts *log = &of->companion;
	bool known = log->complete && !of->ended;

	page_counter(page, "hdrtap_metrics_records", "Records read.", log->records);
	page_counter(page, "hdrtap_metrics_records_excluded", "Records that --where left out.",
		     log->excluded);
	page_counter(page, "hdrtap_metrics_records_lost",
		     "Records that were lost before they were written.", log->lost);
	page_counter(page, "hdrtap_metrics_log_notices",
		     "Places in logs that were damaged, torn or missing.", log->notices);
	page_counter(page, "hdrtap_metrics_log_bytes", "Bytes of logs and streams read.",
		     log->bytes);
	page_gauge_seconds(page, "hdrtap_metrics_newest_record_timestamp_seconds",
			   "Time of the newest record, Unix time; 0: none yet.", log->newest);
	page_gauge_seconds(page, "hdrtap_metrics_log_lag_seconds",
			   "How far behind the clock everything is counted; 0: not known.",
			   known && of->now > log->complete ? of->now - log->complete : 0);
	page_gauge(page, "hdrtap_metrics_log_ended", "1: no more records come.", of->ended);
}

/* --- this program --- */

static void put_program(struct page *page, const struct page_of *of)
{
	const struct series *series = &of->counts->series;
	__u32 per_set = series_per_set(&series->shape);

	page_begin(page, "hdrtap_metrics_build_info", PAGE_GAUGE, "The version of hdrtap-metrics.");
	page_number(page, "version=\"" HDRTAP_VERSION "\"", NULL, 1);
	page_gauge(page, "hdrtap_metrics_series", "Time series of calls in use.",
		   (__u64)series->count * per_set);
	page_gauge(page, "hdrtap_metrics_series_limit", "Time series of calls there may be.",
		   (__u64)series->most * per_set);
	page_begin(page, "hdrtap_metrics_reloads", PAGE_COUNTER, "SIGHUPs, by what came of them.");
	page_number(page, "result=\"done\"", NULL, of->companion.reloads);
	page_number(page, "result=\"refused\"", NULL, of->companion.refused);
	page_begin(page, "hdrtap_metrics_answers", PAGE_COUNTER,
		   "HTTP requests to this program, by what came of them.");
	page_number(page, "result=\"page\"", NULL, of->server.pages);
	page_number(page, "result=\"unauthorized\"", NULL, of->server.unauthorized);
	page_number(page, "result=\"other\"", NULL, of->server.others);
}

static void put_process(struct page *page, const struct self *self)
{
	page_counter_seconds(page, "process_cpu_seconds",
			     "Total user and system CPU time spent in seconds.", self->cpu);
	page_gauge(page, "process_resident_memory_bytes", "Resident memory size in bytes.",
		   self->resident);
	page_gauge(page, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
		   self->virtual);
	page_gauge(page, "process_open_fds", "Number of open file descriptors.", self->open);
	page_gauge(page, "process_max_fds", "Maximum number of open file descriptors.",
		   self->open_max);
	page_gauge_seconds(page, "process_start_time_seconds",
			   "Start time of the process since unix epoch in seconds.", self->started);
}

void page_make(struct text *text, enum page_format format, const struct page_of *of)
{
	struct page page = { .text = text, .format = format };
	const struct series *series = &of->counts->series;

	put_requests(&page, series);
	put_responses(&page, series);
	put_ends(&page, series);
	put_latencies(&page, series);
	put_missing(&page, of->counts);
	put_log(&page, of);
	put_program(&page, of);
	put_process(&page, &of->self);
	page_end(&page);
}
