/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The command line of hdrtap.
 */
#ifndef HDRTAP_USER_OPTIONS_H
#define HDRTAP_USER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <hdrtap/config.h>

#include "log_write/log_writer.h"
#include "option/option_given.h"
#include "option/option_value.h"
#include "run/settings.h"
#include "where/where.h"

enum {
	OPTIONS_TEXT = 1,
	OPTIONS_JSON,
	OPTIONS_CSV,
	OPTIONS_CLF,
	OPTIONS_COMBINED,
	OPTIONS_STRING /* --format-string */
};                     /* -f */
enum {
	OPTIONS_OTEL = 1,
	OPTIONS_ECS,
	OPTIONS_ZEEK,
	OPTIONS_APIPARK
}; /* --profile */
enum {
	OPTIONS_HOOK_AUTO = 1,
	OPTIONS_HOOK_TC,
	OPTIONS_HOOK_XDP,
	OPTIONS_HOOK_XDP_NATIVE,
	OPTIONS_HOOK_XDP_GENERIC
}; /* --hook */

enum {
	OPTIONS_ORDER_FIRST = 1,
	OPTIONS_ORDER_LAST
}; /* --order */

/* -w */
struct write_options {
	const char *directory; /* of a record log */
	bool stream;           /* to standard output */
};

/* What is 0 was not given. Texts belong to `given`, except where noted. */
struct options {
	struct options_given given; /* all of it, as it was written */
	const char *config_file;    /* --config, or the default one if it is used */
	bool check_config;
	bool help;
	bool version;
	bool list_interfaces;
	struct option_list interfaces;    /* -i */
	struct option_list read;          /* -r */
	struct write_options write;       /* -w, each once */
	__u32 format;                     /* OPTIONS_TEXT to OPTIONS_STRING */
	const char *format_string;        /* --format-string */
	bool transactions;                /* --transactions */
	__u64 timeout_ms;                 /* --timeout */
	struct option_list elements;      /* -e, in order */
	struct option_list redact_query;  /* --redact-query, in order */
	struct where *where;              /* --where, owned */
	__u64 count;                      /* -c */
	__u32 directions;                 /* -Q, mask of 1 << HDRTAP_DIRECTION_* */
	struct settings_options settings; /* --heads, --ports, --limit, --sample */
	__u32 hook;                       /* OPTIONS_HOOK_AUTO to OPTIONS_HOOK_XDP_GENERIC */
	__u32 order;                      /* OPTIONS_ORDER_FIRST or OPTIONS_ORDER_LAST */
	bool no_promiscuous;              /* -p */
	const char *check;                /* --check: an interface */
	const char *detach;               /* --detach: an interface */
	const char *user;                 /* -Z */
	const char *key;                  /* --key */
	__u32 profile;                    /* --profile, OPTIONS_OTEL to OPTIONS_APIPARK */
	bool csv_safe;
	__u32 verbose; /* how many -v, at most TEXT_VERBOSE_MAX */
	bool quiet;
	__u32 timestamps; /* how many -t, at most TEXT_TIMES_MAX */
	bool local_time;
	__u32 color; /* --color: enum text_color */
	bool line_buffered;
	bool numeric; /* -n: changes nothing */
	bool follow;
	__u64 since;                 /* --since, UTC, ns */
	__u64 until;                 /* --until, likewise */
	struct hdrtap_config config; /* defaults where nothing was given */
	const char *config_option;   /* the last one on the command line that is about packets */
	struct log_options log;      /* without path; defaults where nothing was given */
	const char *log_option;      /* likewise, that only a record log has */
	char *filter;                /* the trailing expression, owned */
};

/* Whether lines are of transactions: clf and combined have no others. */
static inline bool options_of_transactions(const struct options *options)
{
	return options->transactions || options->format == OPTIONS_CLF ||
	       options->format == OPTIONS_COMBINED;
}

#endif
