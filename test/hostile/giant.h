/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Bodies over 4 GiB: sequence numbers go round more than once between two heads. */
#ifndef HDRTAP_TEST_GIANT_H
#define HDRTAP_TEST_GIANT_H

#include "run.h"

/* Returns what is wrong, NULL: nothing. */
const char *giant_bodies(struct run *run);

#endif
