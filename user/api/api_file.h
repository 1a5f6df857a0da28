/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A document's bytes, and messages that name a place in it.
 */
#ifndef HDRTAP_USER_API_FILE_H
#define HDRTAP_USER_API_FILE_H

#include <stddef.h>

#include "base/message.h"

#define API_FILE_MAX (64 << 20) /* bytes */

struct api_file {
	const char *path;
	char *bytes; /* owned, with a zero byte behind them; NULL: none */
	size_t size;
};

/* Reads all of it; "-" has no meaning of its own. Returns 0 or -errno with a message. To be freed
 * in any case. */
int api_file_read(struct api_file *file, const char *path, struct message *message);
void api_file_free(struct api_file *file);

/* Sets the message, for a place from 1 on. Returns -EINVAL. */
int api_file_wrong(const struct api_file *file, size_t line, size_t column, struct message *message,
		   const char *text);

#endif
