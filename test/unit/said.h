/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What a function says on stderr. */
#ifndef HDRTAP_TEST_SAID_H
#define HDRTAP_TEST_SAID_H

/* From here to said_end() stderr goes to memory. */
void said_begin(void);

/* Gives stderr back. Returns what was written, valid until the next call. */
const char *said_end(void);

/* True when `text` is exactly one line in the shape of user/base/error.h and contains `part`. */
int said_line(const char *text, const char *part);

#endif
