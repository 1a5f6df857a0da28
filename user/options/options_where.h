/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options that choose heads by what is in them, and connections by chance.
 */
#ifndef HDRTAP_USER_OPTIONS_WHERE_H
#define HDRTAP_USER_OPTIONS_WHERE_H

#include "options/option_row.h"
#include "options/options.h"

/* Of type option_parse; the field is a struct where *. */
int options_parse_where(const struct option_row *row, void *field, const char *argument);

/* Of type option_parse; the field is a __u32. */
int options_parse_sample(const struct option_row *row, void *field, const char *argument);

/*
 * Makes of `--where` what the parser is told of it, for the elements that are active in `meta`, and
 * what `meta` says of it. Heads of `kinds` (bit per enum hdrtap_kind) are shown. Returns 0 or
 * -EINVAL (reported: it compares a field whose value is not kept).
 */
int options_where_choose(const struct options *options, __u32 kinds, struct run_meta *meta,
			 struct hdrtap_where *to);

#endif
