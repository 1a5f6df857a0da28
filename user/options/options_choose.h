/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the parser looks for, as the options say: header elements and secret query keys.
 */
#ifndef HDRTAP_USER_OPTIONS_CHOOSE_H
#define HDRTAP_USER_OPTIONS_CHOOSE_H

#include "options/options.h"
#include "run/meta.h"

/* Puts it into `meta`, whose slots stay what they are. Returns 0 or -errno (reported). */
int options_choose(const struct options *options, struct run_meta *meta);

#endif
