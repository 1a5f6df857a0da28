/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A file that is whole whenever somebody reads it.
 */
#ifndef HDRTAP_TOOLS_METRICS_TEXTFILE_H
#define HDRTAP_TOOLS_METRICS_TEXTFILE_H

#include "text.h"

/* Puts the text in place of what the file was. Everybody may read it. Returns 0 or -errno
 * (reported); then it is as before. */
int textfile_write(const char *path, const struct text *text);

#endif
