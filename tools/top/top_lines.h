/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A screen that is lines of plain text, without any sequence: for batch mode, and for tests.
 */
#ifndef HDRTAP_TOP_LINES_H
#define HDRTAP_TOP_LINES_H

#include <stdio.h>

#include "top_screen.h"

struct top_lines {
	struct top_screen screen;
	FILE *out;   /* not owned */
	size_t row;  /* that is written */
	size_t used; /* columns of it */
};

/* Of so many columns (SIZE_MAX: as many as there are) and any number of rows. Texts are
 * ASCII. */
void top_lines_open(struct top_lines *lines, FILE *out, size_t rows, size_t columns);

#endif
