/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The page of metrics, in either format.
 */
#ifndef HDRTAP_TOOLS_METRICS_PAGE_H
#define HDRTAP_TOOLS_METRICS_PAGE_H

#include "accept.h"
#include "count.h"
#include "lib/companion.h"
#include "self.h"
#include "server.h"
#include "text.h"

struct page_of {
	const struct counts *counts;
	struct companion_counts companion;
	struct server_counts server;
	struct self self;
	__u64 now;  /* UTC, ns */
	bool ended; /* there are no more records to come */
};

void page_make(struct text *text, enum page_format format, const struct page_of *of);

#endif
