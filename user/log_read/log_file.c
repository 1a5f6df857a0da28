/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where only some batches are wanted, a file is read block by block, no byte ahead; at the first
 * place that is not as it should be, and at the end of one that still grows, it is read as it comes
 * from there on.
 */
#include "log_read/log_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "log_read/log_decode.h"

int log_file_begin(struct log_file *f, int fd, const __u8 *begun, size_t begun_size)
{
	f->fd = fd;
	if (log_blocks_init(&f->blocks, fd, begun, begun_size))
		return -ENOMEM;
	f->blocks.spare = !f->blocks.pipe && log_want_some(&f->want);
	return 0;
}

/* From here on the file is read as it comes. */
static void end_finding(struct log_file *f)
{
	if (!f->finding)
		return;
	f->bytes += f->find.read;
	log_find_free(&f->find);
	f->finding = f->blocks.spare = false;
}

void log_file_end(struct log_file *f)
{
	end_finding(f);
	f->bytes += f->blocks.read;
	f->blocks.read = 0;
	log_blocks_free(&f->blocks);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* Only behind the first one of a file. */
int log_file_headed(struct log_file *f)
{
	const struct log_blocks *b = &f->blocks;

	if (!b->spare || f->finding)
		return 0;
	f->finding = true;
	return log_find_init(&f->find, f->fd, &f->want, &f->passed, log_blocks_at(b),
			     &b->current) == -ENOMEM
		       ? -ENOMEM
		       : 0;
}

bool log_file_pass_over(struct log_file *f)
{
	const struct log_blocks *b = &f->blocks;
	struct log_batch_head head;
	struct log_block block;
	const __u8 *filter;

	if (!log_want_some(&f->want))
		return false;
	memcpy(&block, b->block, sizeof(block));
	if (log_decode_batch_head(b->block + sizeof(block),
				  block.head_length - sizeof(block) - sizeof(__u64), &head,
				  &filter) ||
	    log_want_batch(&f->want, &head, filter))
		return false;
	log_passed_over(&f->passed, &head);
	return true;
}

/* Moves on to a batch that is wanted. Returns 0 or -errno. */
static int find(struct log_file *f)
{
	struct log_blocks *b = &f->blocks;
	int got, err;

	f->find.at = log_blocks_at(b);
	got = log_find_next(&f->find, &b->current);
	if (got < 0)
		return got;
	err = log_blocks_seek(b, f->find.at);
	if (!got)
		end_finding(f);
	return err;
}

int log_file_next(struct log_file *f, bool final)
{
	int err = f->finding ? find(f) : 0;
	int result = err ? err : log_blocks_next(&f->blocks, final);

	if (result == LOG_BLOCKS_WAIT)
		end_finding(f);
	return result;
}

__u64 log_file_bytes(const struct log_file *f)
{
	return f->bytes + f->blocks.read + (f->finding ? f->find.read : 0);
}
