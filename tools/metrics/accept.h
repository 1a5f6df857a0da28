/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The formats of Prometheus, and which of them a client wants.
 */
#ifndef HDRTAP_TOOLS_METRICS_ACCEPT_H
#define HDRTAP_TOOLS_METRICS_ACCEPT_H

enum page_format {
	PAGE_TEXT,        /* text exposition format 0.0.4 */
	PAGE_OPENMETRICS, /* 1.0.0 */
	PAGE_FORMATS
};

/* As an Accept header field says (RFC 9110, section 12.5.1); NULL: there is none. OpenMetrics only
 * if it is asked for by name, and not less than text. */
enum page_format accept_format(const char *accept);

const char *accept_content_type(enum page_format format);

#endif
