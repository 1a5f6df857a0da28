/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether options fit together.
 */
#ifndef HDRTAP_USER_OPTIONS_CHECK_H
#define HDRTAP_USER_OPTIONS_CHECK_H

#include "options/options.h"

/*
 * What a run has no use for is an error on the command line, and left out where it stands in the
 * configuration file. With --check-config a source need not be named, and what is about a record
 * log is checked in any case, since the file may be for several command lines. Returns 0 or -EINVAL
 * (reported, with the place in the file).
 */
int options_check(struct options *options);

#endif
