/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One buffer, large enough for the longest block, or for the file if that is shorter. A block
 * normally begins where the last one ended. Where it does not, the next block of the same run is
 * looked for by its magic and run id, and counts when its checksum holds; everything before it is
 * skipped. Nothing that stands in damaged bytes is believed, a length for instance, so every byte
 * behind a damaged block's first is looked at.
 */
#include "log_read/log_blocks.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/log_block.h"

#define READ_SIZE ((size_t)256 << 10)

/* Bytes that suffice for what is left of a file of that length. */
static size_t room_for(off_t length)
{
	return READ_SIZE + (length < LOG_BLOCK_MAX ? (size_t)length : LOG_BLOCK_MAX);
}

int log_blocks_init(struct log_blocks *b, int fd, const __u8 *begun, size_t begun_size)
{
	struct stat st;

	memset(b, 0, sizeof(*b));
	b->fd = fd;
	b->pipe = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode);
	b->capacity = room_for(b->pipe ? LOG_BLOCK_MAX : st.st_size) + begun_size;
	b->bytes = malloc(b->capacity);
	if (!b->bytes)
		return -ENOMEM;
	if (begun_size)
		memcpy(b->bytes, begun, begun_size);
	b->end = b->read = begun_size;
	return 0;
}

void log_blocks_free(struct log_blocks *b)
{
	free(b->bytes);
	b->bytes = NULL;
}

static size_t available(const struct log_blocks *b)
{
	return b->end - b->start;
}

static bool is_zero(const __u8 *bytes, size_t size)
{
	return !size || (!bytes[0] && !memcmp(bytes, bytes + 1, size - 1));
}

/* Steps over bytes that are no block. */
static void skip(struct log_blocks *b, size_t size)
{
	if (!b->resync) {
		b->resync = true;
		b->zeros = true;
		b->skipped_at = b->offset;
	}
	b->zeros = b->zeros && is_zero(b->bytes + b->start, size);
	b->start += size;
	b->offset += size;
}

/* For a file that has grown: room for the longest block. */
static int grow(struct log_blocks *b)
{
	size_t capacity = b->capacity + LOG_BLOCK_MAX;
	__u8 *bytes = realloc(b->bytes, capacity);

	if (!bytes)
		return -ENOMEM;
	b->bytes = bytes;
	b->capacity = capacity;
	return 0;
}

/* Room for more bytes behind those there, READ_SIZE at least. */
static int make_room(struct log_blocks *b)
{
	if (b->capacity - b->end >= READ_SIZE)
		return 0;
	memmove(b->bytes, b->bytes + b->start, available(b));
	b->end -= b->start;
	b->start = 0;
	if (b->capacity - b->end >= READ_SIZE || b->capacity >= room_for(LOG_BLOCK_MAX))
		return 0;
	return grow(b);
}

/* Reads once, at most `most` bytes, without blocking. Returns 0, also when there was nothing, or
 * -errno. */
static int read_more(struct log_blocks *b, size_t most)
{
	struct pollfd ready = { .fd = b->fd, .events = POLLIN };
	ssize_t got;
	int err;

	b->at_end = true;
	if (b->finished || (b->pipe && poll(&ready, 1, 0) <= 0))
		return 0;
	err = make_room(b);
	if (err)
		return err;
	if (most > b->capacity - b->end)
		most = b->capacity - b->end;
	do
		got = read(b->fd, b->bytes + b->end, most);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	b->end += got;
	b->read += got;
	b->at_end = !got;
	b->finished = b->pipe && !got;
	return 0;
}

/* Reads until `size` bytes are there, or no more for now. */
static int want(struct log_blocks *b, size_t size)
{
	int err = 0;

	b->at_end = false;
	while (!err && available(b) < size && !b->at_end)
		err = read_more(b, b->spare ? size - available(b) : b->capacity);
	return err;
}

/* True for a block of the current segment, and for any segment head. */
static bool belongs(const struct log_blocks *b, const struct log_block *block)
{
	return block->kind == LOG_KIND_SEGMENT ||
	       (!memcmp(block->run_id, b->current.run_id, sizeof(block->run_id)) &&
		block->segment == b->current.segment && b->current.length);
}

/* The state of the bytes at `at`, as far as they are there. */
static enum log_block_state state_at(const struct log_blocks *b, size_t at)
{
	enum log_block_state state = log_block_check(b->bytes + at, b->end - at);
	struct log_block block;

	if (b->end - at < sizeof(block))
		return state;
	memcpy(&block, b->bytes + at, sizeof(block));
	return belongs(b, &block) ? state : LOG_BLOCK_BAD;
}

/* The state of the bytes at the start, with all there are of the block read. Returns it or -errno.
 */
static int state_at_start(struct log_blocks *b)
{
	struct log_block block;
	int err = want(b, sizeof(block));

	if (err)
		return err;
	if (state_at(b, b->start) == LOG_BLOCK_SHORT && available(b) >= sizeof(block)) {
		memcpy(&block, b->bytes + b->start, sizeof(block));
		err = want(b, block.length);
	}
	return err ? err : (int)state_at(b, b->start);
}

/* Where in the buffer the next block of this run may begin, from `at` on; b->end: nowhere. */
static size_t next_candidate(const struct log_blocks *b, size_t at)
{
	const __u8 *id;

	for (; at + LOG_ID_SIZE <= b->end; at = id - LOG_MAGIC_SIZE - b->bytes + 1) {
		id = memmem(b->bytes + at + LOG_MAGIC_SIZE, b->end - at - LOG_MAGIC_SIZE,
			    b->current.run_id, sizeof(b->current.run_id));
		if (!id)
			break;
		if (state_at(b, id - LOG_MAGIC_SIZE - b->bytes) != LOG_BLOCK_BAD)
			return id - LOG_MAGIC_SIZE - b->bytes;
	}
	return b->end;
}

/* The first whole block of this run in the buffer, from `at` on; b->end: none. */
static size_t next_whole(const struct log_blocks *b, size_t at)
{
	at = next_candidate(b, at);
	while (at < b->end && state_at(b, at) != LOG_BLOCK_GOOD)
		at = next_candidate(b, at + 1);
	return at;
}

static int found(struct log_blocks *b)
{
	struct log_block block;

	memcpy(&block, b->bytes + b->start, sizeof(block));
	if (block.kind == LOG_KIND_SEGMENT)
		b->current = block;
	b->block = b->bytes + b->start;
	b->length = block.length;
	b->skipped = b->resync ? b->offset - b->skipped_at : 0;
	b->resync = false;
	return LOG_BLOCKS_FOUND;
}

/* A first block that says it is longer than the file is damaged when there are blocks behind it. */
static bool is_torn(const struct log_blocks *b, enum log_block_state state)
{
	const __u8 *behind = b->bytes + b->start + LOG_MAGIC_SIZE;

	if (state != LOG_BLOCK_SHORT || b->resync)
		return false;
	return b->current.length || available(b) < LOG_MAGIC_SIZE ||
	       !memmem(behind, b->bytes + b->end - behind, LOG_MAGIC, LOG_MAGIC_SIZE);
}

/* Everything that is left is no whole block. */
static int ended(struct log_blocks *b, enum log_block_state state)
{
	bool torn = is_torn(b, state);

	b->headed = available(b) >= LOG_MAGIC_SIZE &&
		    !memcmp(b->bytes + b->start, LOG_MAGIC, LOG_MAGIC_SIZE);
	skip(b, available(b));
	b->torn = torn || b->zeros;
	b->skipped = b->offset - b->skipped_at;
	return LOG_BLOCKS_END;
}

/*
 * The bytes at the start are no whole block, for now or for ever. Moves to a block behind them when
 * there is one; otherwise keeps what may become one.
 */
static bool move_on(struct log_blocks *b, enum log_block_state state)
{
	size_t at = next_whole(b, b->start + !b->resync);

	if (at == b->end && state == LOG_BLOCK_SHORT && !b->resync)
		return false;
	if (at < b->end) {
		skip(b, at - b->start);
		return true;
	}
	at = next_candidate(b, b->start + !b->resync);
	if (at == b->end && available(b) >= LOG_ID_SIZE)
		at = b->end - LOG_ID_SIZE + 1;
	if (at < b->end && at > b->start)
		skip(b, at - b->start);
	return false;
}

int log_blocks_next(struct log_blocks *b, bool final)
{
	int state, err;

	b->start += b->length;
	b->offset += b->length;
	b->length = 0;
	state = state_at_start(b);
	while (state >= 0 && (state != LOG_BLOCK_GOOD || b->resync)) {
		if (b->current.length && move_on(b, state))
			break;
		if (!b->current.length && state == LOG_BLOCK_BAD)
			return ended(b, state);
		if (b->at_end)
			return (b->pipe ? b->finished : final) ? ended(b, state) : LOG_BLOCKS_WAIT;
		err = read_more(b, b->capacity);
		state = err ? err : (int)state_at(b, b->start);
	}
	return state < 0 ? state : found(b);
}

__u64 log_blocks_at(const struct log_blocks *b)
{
	return b->offset + b->length;
}

int log_blocks_seek(struct log_blocks *b, __u64 offset)
{
	if (offset == log_blocks_at(b))
		return 0;
	b->start = b->end = b->length = 0;
	b->offset = offset;
	b->resync = false;
	return lseek(b->fd, offset, SEEK_SET) < 0 ? -errno : 0;
}
