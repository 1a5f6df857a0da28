/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Files say what they are in their first bytes. From a pipe these can be taken only once, so they
 * are kept for whoever reads on. A pipe with a name (a FIFO) is not read: it is a capture.
 */
#include "options/input_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "log/log_format.h"
#include "options/options_table.h"

/* Reads up to `size` bytes, fewer only at the end. Returns their number or -errno. */
static ssize_t read_begin(int fd, __u8 *to, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, to + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		have += got;
	}
	return have;
}

static bool is_segment(const __u8 bytes[LOG_MAGIC_SIZE])
{
	return !memcmp(bytes, LOG_MAGIC, LOG_MAGIC_SIZE);
}

static int look_at_stdin(struct input *input)
{
	ssize_t size;

	if (isatty(STDIN_FILENO))
		return fail(EINVAL, "-r -: standard input is a terminal; redirect a capture file "
				    "or a record stream to it");
	size = read_begin(STDIN_FILENO, input->begun, sizeof(input->begun));
	if (size < 0)
		return fail(-size,
			    "cannot read standard input: %s; redirect a capture file or "
			    "a record stream to it",
			    strerror(-size));
	input->begun_size = size;
	input->kind =
		size == LOG_MAGIC_SIZE && is_segment(input->begun) ? INPUT_LOG : INPUT_CAPTURE;
	return 0;
}

static int look_at_path(enum input_kind *kind, const char *path)
{
	__u8 begin[LOG_MAGIC_SIZE];
	struct stat st;
	int fd;

	*kind = INPUT_CAPTURE;
	if (stat(path, &st) < 0)
		return fail(errno, "cannot open %s: %s; give a capture file or a record log", path,
			    strerror(errno));
	if (S_ISDIR(st.st_mode))
		*kind = INPUT_LOG;
	if (!S_ISREG(st.st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(errno,
			    "cannot open %s: %s; give a capture file or record log that "
			    "you can read",
			    path, strerror(errno));
	if (read_begin(fd, begin, sizeof(begin)) == sizeof(begin) && is_segment(begin))
		*kind = INPUT_LOG;
	close(fd);
	return 0;
}

int input_look(struct input *input, const struct option_list *paths)
{
	int err = 0;

	*input = (struct input){ .kind = INPUT_LOG };
	for (size_t i = 0; i < paths->count && !err; i++) {
		const char *path = paths->item[i];

		err = strcmp(path, "-") ? look_at_path(&input->kind, path) : look_at_stdin(input);
		if (err)
			return err;
		if (input->kind == INPUT_CAPTURE && paths->count > 1)
			return fail(EINVAL,
				    "-r %s: it is no record log, and only logs are read together; "
				    "leave the others out",
				    path);
	}
	return err;
}

/* Whether -w names a directory that -r reads. */
static bool writes_into_itself(const struct options *options)
{
	struct stat from, to;

	if (!options->write.directory || stat(options->write.directory, &to))
		return false;
	for (size_t i = 0; i < options->read.count; i++)
		if (!stat(options->read.item[i], &from) && from.st_dev == to.st_dev &&
		    from.st_ino == to.st_ino)
			return true;
	return false;
}

static int check_capture(const struct options *options)
{
	bool follow = given_on_line(&options->given, option_row_named("--follow"));
	const char *option = follow           ? "--follow"
			     : options->since ? "--since"
			     : options->until ? "--until"
					      : NULL;

	if (!option)
		return 0;
	return fail(EINVAL, "option %s: %s is a capture; use it with a record log", option,
		    options->read.item[0]);
}

int input_check(const struct input *input, const struct options *options)
{
	const char *path = options->read.item[0];

	if (input->kind == INPUT_CAPTURE)
		return check_capture(options);
	if (writes_into_itself(options))
		return fail(EINVAL, "-r and -w: both name %s; write to another directory",
			    options->write.directory);
	if (options->filter)
		return fail(EINVAL,
			    "expression '%s': %s has records, not packets; remove the "
			    "expression",
			    options->filter, path);
	if (given_on_line(&options->given, option_row_named("-e")))
		return fail(EINVAL,
			    "option -e: the elements in %s were chosen when it was "
			    "written; remove the option",
			    path);
	if (given_on_line(&options->given, option_row_named("--redact-query")))
		return fail(EINVAL,
			    "option --redact-query: %s has records, not packets; remove the option",
			    path);
	if (options->config_option)
		return fail(EINVAL, "option %s: %s has records, not packets; remove the option",
			    options->config_option, path);
	return 0;
}
