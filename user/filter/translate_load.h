/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#ifndef HDRTAP_USER_TRANSLATE_LOAD_H
#define HDRTAP_USER_TRANSLATE_LOAD_H

#include "filter/translation.h"

/* Translates instruction `i`, which loads into register `to`, EMIT_A or EMIT_X. Returns 0 or
 * -EINVAL.
 */
int translate_load(struct translation *t, __u32 i, int to);

#endif
