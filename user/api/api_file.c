/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "api/api_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int cannot_read(const char *path, int err, struct message *message)
{
	return message_set(message, err, "cannot read %s: %s; name a file that can be read", path,
			   strerror(err));
}

/* Appends what comes next. Returns bytes, 0 at the end, or -errno. */
static int read_more(struct api_file *file, size_t *room, FILE *from)
{
	size_t got;

	if (*room - file->size < 2) {
		size_t more = *room ? 2 * *room : 1 << 16;
		char *bytes = realloc(file->bytes, more);

		if (!bytes)
			return -ENOMEM;
		file->bytes = bytes;
		*room = more;
	}
	got = fread(file->bytes + file->size, 1, *room - file->size - 1, from);
	file->size += got;
	file->bytes[file->size] = '\0';
	if (ferror(from))
		return -errno;
	return file->size > API_FILE_MAX ? -EFBIG : (int)got;
}

int api_file_read(struct api_file *file, const char *path, struct message *message)
{
	FILE *from = fopen(path, "re");
	size_t room = 0;
	int got;

	*file = (struct api_file){ .path = path };
	if (!from)
		return cannot_read(path, errno, message);
	while ((got = read_more(file, &room, from)) > 0)
		;
	fclose(from);
	return got < 0 ? cannot_read(path, -got, message) : 0;
}

void api_file_free(struct api_file *file)
{
	free(file->bytes);
}

int api_file_wrong(const struct api_file *file, size_t line, size_t column, struct message *message,
		   const char *text)
{
	return message_set(message, EINVAL, "%s:%zu:%zu: %s", file->path, line, column, text);
}
