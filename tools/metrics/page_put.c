/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "page_put.h"

static const char *const type_words[] = { "counter", "gauge", "histogram" };

static void put(const struct page *page, const char *string)
{
	text_add_string(page->text, string);
}

static void put_line(const struct page *page, const char *begin, const char *words)
{
	put(page, begin);
	put(page, page->metric);
	if (page->format == PAGE_TEXT)
		put(page, page->suffix);
	put(page, " ");
	put(page, words);
	put(page, "\n");
}

void page_begin(struct page *page, const char *name, enum page_type type, const char *help)
{
	page->metric = name;
	page->suffix = type == PAGE_COUNTER ? "_total" : "";
	put_line(page, "# HELP ", help);
	put_line(page, "# TYPE ", type_words[type]);
}

/* Up to the value. */
static void begin_sample(const struct page *page, const char *suffix, const char *labels,
			 const char *more)
{
	put(page, page->metric);
	put(page, suffix);
	if (*labels || more) {
		put(page, "{");
		put(page, labels);
		if (*labels && more)
			put(page, ",");
		put(page, more ? more : "");
		put(page, "}");
	}
	put(page, " ");
}

void page_number(const struct page *page, const char *labels, const char *more, __u64 number)
{
	begin_sample(page, page->suffix, labels, more);
	text_add_number(page->text, number);
	put(page, "\n");
}

void page_seconds(const struct page *page, const char *labels, __u64 ns)
{
	begin_sample(page, page->suffix, labels, NULL);
	text_add_billionths(page->text, ns);
	put(page, "\n");
}

void page_counter(struct page *page, const char *name, const char *help, __u64 number)
{
	page_begin(page, name, PAGE_COUNTER, help);
	page_number(page, "", NULL, number);
}

void page_gauge(struct page *page, const char *name, const char *help, __u64 number)
{
	page_begin(page, name, PAGE_GAUGE, help);
	page_number(page, "", NULL, number);
}

void page_gauge_seconds(struct page *page, const char *name, const char *help, __u64 ns)
{
	page_begin(page, name, PAGE_GAUGE, help);
	page_seconds(page, "", ns);
}

void page_counter_seconds(struct page *page, const char *name, const char *help, __u64 ns)
{
	page_begin(page, name, PAGE_COUNTER, help);
	page_seconds(page, "", ns);
}

void page_bucket(const struct page *page, const char *labels, __u64 ns, __u64 number)
{
	put(page, page->metric);
	put(page, "_bucket{");
	put(page, labels);
	put(page, *labels ? ",le=\"" : "le=\"");
	if (ns == PAGE_NO_BOUND)
		put(page, "+Inf");
	else
		text_add_billionths(page->text, ns);
	put(page, "\"} ");
	text_add_number(page->text, number);
	put(page, "\n");
}

void page_sum(const struct page *page, const char *labels, __u64 ns, __u64 count)
{
	begin_sample(page, "_sum", labels, NULL);
	text_add_billionths(page->text, ns);
	put(page, "\n");
	begin_sample(page, "_count", labels, NULL);
	text_add_number(page->text, count);
	put(page, "\n");
}

void page_end(const struct page *page)
{
	if (page->format == PAGE_OPENMETRICS)
		put(page, "# EOF\n");
}
