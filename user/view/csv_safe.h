/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#ifndef HDRTAP_USER_CSV_SAFE_H
#define HDRTAP_USER_CSV_SAFE_H

#include "view/out.h"

/* An out_rewrite: puts "'" in front of every field of a CSV line that a spreadsheet would take for
 * a formula. */
void csv_safe(struct out *out);

#endif
