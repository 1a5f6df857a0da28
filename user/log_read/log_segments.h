/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which file of a record log comes next. A segment on its own and a stream are logs of one file.
 */
#ifndef HDRTAP_USER_LOG_SEGMENTS_H
#define HDRTAP_USER_LOG_SEGMENTS_H

#include <stdbool.h>

#include "log/log_dir.h"

struct log_segments {
	char *path;
	int dir;        /* -1: a stream */
	char *one_name; /* of the only segment, in `dir`; NULL: all of the directory */
	struct log_names names;
	char name[LOG_NAME_SIZE]; /* of the one last opened, "" before the first */
	char *where;              /* the open file, for messages */
	unsigned int idles;       /* fruitless tries since something was found */
};

/*
 * Opens a directory, a segment or what else is at the path. `*fd` becomes the one file's, -1: of a
 * directory none is open yet. Returns 0 or -errno. What is opened is the caller's to close.
 */
int log_segments_open(struct log_segments *segments, const char *path, int *fd);

/* A stream; `name` is for messages. Returns 0 or -ENOMEM. */
int log_segments_stream(struct log_segments *segments, const char *name);

void log_segments_close(struct log_segments *segments);

/*
 * Opens the segment behind the last one. Returns its descriptor, -ENODATA: there is none,
 * -ENOENT: it was deleted meanwhile, or another -errno.
 */
int log_segments_next(struct log_segments *segments);

/* Looks, every few calls, whether there are segments behind the one last opened. */
bool log_segments_again(struct log_segments *segments);

/* Whether nobody writes the open segment any more. */
bool log_segments_complete(const struct log_segments *segments);

#endif
