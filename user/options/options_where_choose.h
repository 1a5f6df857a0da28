/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What `--where` means with the header elements that were chosen.
 */
#ifndef HDRTAP_USER_OPTIONS_WHERE_CHOOSE_H
#define HDRTAP_USER_OPTIONS_WHERE_CHOOSE_H

#include "options/options.h"

/*
 * Makes of `--where` what the parser is told of it, for the elements that are active in `meta`, and
 * what `meta` says of it. Heads of `kinds` (bit per enum hdrtap_kind) are shown. Returns 0 or
 * -EINVAL (reported: it compares a field whose value is not kept).
 */
int options_where_choose(const struct options *options, __u32 kinds, struct run_meta *meta,
			 struct hdrtap_where *to);

#endif
