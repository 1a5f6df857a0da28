/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Does with bytes what hdrtap/extract.h does with a packet's payload, but lets the caller choose
 * where the windows end.
 */
#include "feeder.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hdrtap/state/sizes.h>

/* Whole pages that hold `size` bytes. */
static size_t pages(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

void *guarded_alloc(size_t size)
{
	size_t used = pages(size), guard = pages(1);
	__u8 *at = mmap(NULL, used + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);

	if ((void *)at == MAP_FAILED || mprotect(at + used, guard, PROT_NONE))
		err(EXIT_FAILURE, "guarded_alloc");
	return at + used - size;
}

void guarded_free(void *memory, size_t size)
{
	munmap((__u8 *)memory + size - pages(size), pages(size) + pages(1));
}

static size_t head_size(const struct feeder *f)
{
	return sizeof(*f->head) + f->size.work_mask - HDRTAP_WORK_MASK_DEFAULT;
}

static size_t window_size(const struct feeder *f)
{
	return sizeof(*f->window) + f->size.copy_mask - HDRTAP_WINDOW_MASK;
}

void feeder_init_size(struct feeder *f, __u32 record_size)
{
	f->size = hdrtap_sizes_of(record_size);
	f->head = guarded_alloc(head_size(f));
	f->window = guarded_alloc(window_size(f));
}

void feeder_init(struct feeder *f)
{
	feeder_init_size(f, HDRTAP_RECORD_SIZE_DEFAULT);
}

void feeder_free(struct feeder *f)
{
	guarded_free(f->head, head_size(f));
	guarded_free(f->window, window_size(f));
}

/* Nothing may depend on what the memory held before. */
static void poison(struct feeder *f, __u8 byte)
{
	memset(f->head, byte, head_size(f));
	memset(f->window, byte, window_size(f));
	f->head->size = f->size;
	memset(f->head->rec.reserved, 0, sizeof(f->head->rec.reserved));
	f->window->copy_mask = f->size.copy_mask;
}

static int read_window(struct feeder *f, const struct hdrtap_elements *set)
{
	int verdict;

	do
		verdict = hdrtap_head_step(f->head, f->window, set);
	while (verdict == HDRTAP_AGAIN);
	return verdict;
}

struct feed_result feeder_run(struct feeder *f, const struct hdrtap_elements *set,
			      const __u8 *bytes, size_t length, struct pieces pieces)
{
	struct feed_result result = { .verdict = HDRTAP_MORE };
	size_t done = 0, piece;

	poison(f, pieces.poison);
	while (result.verdict == HDRTAP_MORE && done < length) {
		piece = done ? pieces.rest : pieces.first;
		piece = piece < length - done ? piece : length - done;
		memset(f->window->bytes, pieces.poison, sizeof(f->window->bytes));
		memcpy(f->window->bytes + HDRTAP_WINDOW_START, bytes + done, piece);
		if (done) {
			hdrtap_window_refill(f->head, f->window, piece);
		} else {
			hdrtap_window_ready(f->window, piece);
			hdrtap_head_begin(f->head, f->window, set);
		}
		result.verdict = read_window(f, set);
		done += piece;
	}
	result.record = result.verdict == HDRTAP_DONE;
	if (result.verdict == HDRTAP_MORE && length) {
		hdrtap_head_measure(f->head, f->window);
		result.record = hdrtap_head_cut_off(f->head, f->window, set) == HDRTAP_DONE;
	}
	if (result.record)
		result.room = *record_room(&f->head->rec);
	return result;
}

bool feed_equal(const struct feed_result *a, const struct feed_result *b)
{
	return a->verdict == b->verdict && a->record == b->record &&
	       (!a->record || !memcmp(&a->room, &b->room, sizeof(a->room)));
}
