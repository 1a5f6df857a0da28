/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "made.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "run/elements.h"

static void set_address(__u8 to[16], __u8 a, __u8 b, __u8 c, __u8 d)
{
	const __u8 mapped[16] = { [10] = 0xff, 0xff, a, b, c, d };

	memcpy(to, mapped, sizeof(mapped));
}

static void begin(struct made *m, __u8 kind)
{
	struct hdrtap_record *rec = &m->rec;
	int i;

	memset(m, 0, sizeof(*m));
	cr_assert_eq(run_meta_init(&m->meta), 0);
	for (i = 0; i < 16; i++)
		m->meta.run_id[i] = i;
	elements_default(&m->meta);
	run_meta_generation(&m->meta, 0);
	m->interface = "eth0";
	rec->time = MADE_TIME;
	rec->sequence = 5;
	set_address(rec->source, 192, 0, 2, 1);
	set_address(rec->destination, 198, 51, 100, 2);
	rec->source_port = 40000;
	rec->destination_port = 80;
	rec->cpu = 1;
	rec->ifindex = 7;
	rec->tcp_sequence = 1000;
	rec->head_length = 100;
	rec->header_count = 2;
	rec->kind = kind;
	rec->version = 0x11;
	rec->direction = HDRTAP_DIRECTION_RECEIVE;
	rec->hook = HDRTAP_HOOK_TC;
}

void made_request(struct made *m, const char *target)
{
	begin(m, HDRTAP_KIND_REQUEST);
	m->rec.method = HDRTAP_METHOD_GET;
	made_value(m, HDRTAP_SLOT_TARGET, HDRTAP_MODE_KEEP, target, strlen(target), 0);
}

void made_response(struct made *m, __u16 status)
{
	begin(m, HDRTAP_KIND_RESPONSE);
	m->rec.status = status;
}

void made_value(struct made *m, __u8 slot, __u8 mode, const void *bytes, __u16 size, __u16 original)
{
	struct hdrtap_record *rec = &m->rec;

	cr_assert(rec->entry_count < HDRTAP_ENTRIES_MAX);
	cr_assert(rec->arena_used + size <= HDRTAP_RECORD_SIZE_MAX - HDRTAP_RECORD_HEAD);
	rec->entry[rec->entry_count].slot = slot;
	rec->entry[rec->entry_count].mode = mode;
	rec->entry[rec->entry_count].stored = size;
	rec->entry[rec->entry_count].original = original ? original : size;
	if (size)
		memcpy(rec->arena + rec->arena_used, bytes, size);
	rec->entry_count++;
	rec->arena_used += size;
}

void made_choose(struct made *m, const char *choice)
{
	cr_assert_eq(elements_choose(&m->meta, choice), 0);
	run_meta_generation(&m->meta, 0);
}

void made_mode(struct made *m, const char *choice, const void *bytes, __u16 size, __u16 original)
{
	char name[HDRTAP_NAME_MAX + 1] = "";
	__u8 slot;

	memcpy(name, choice, strcspn(choice, "=:"));
	slot = view_slot(&m->meta, name);
	if (slot == HDRTAP_SLOT_NONE) {
		made_choose(m, choice);
		slot = view_slot(&m->meta, name);
	}
	made_value(m, slot, m->meta.slot[slot].mode, bytes, size, original);
}

void made_header(struct made *m, const char *name, const char *value)
{
	made_mode(m, name, value, strlen(value), 0);
}

const char *made_text(const struct made *m, made_open open, const struct text_options *shown)
{
	static char text[OUT_LINE_MAX];
	struct view_options options = { .name = "memory", .text = *shown };
	struct sink *sink;
	ssize_t got;

	options.fd = memfd_create("lines", MFD_CLOEXEC);
	cr_assert_geq(options.fd, 0);
	cr_assert_eq(open(&sink, &options), 0);
	cr_assert_eq(sink->ops->describe(sink, &m->meta), 0);
	cr_assert_eq(sink->ops->write(sink, &m->rec, 0, m->interface), 0);
	cr_assert_eq(sink->ops->close(sink), 0);
	got = pread(options.fd, text, sizeof(text) - 1, 0);
	cr_assert(got > 0 && text[got - 1] == '\n');
	text[got] = '\0';
	close(options.fd);
	return text;
}

const char *made_lines(const struct made *m, made_open open, __u32 verbose)
{
	return made_text(m, open, &(struct text_options){ .verbose = verbose });
}

const char *made_line(const struct made *m, made_open open)
{
	char *text = (char *)made_lines(m, open, 0), *line;

	text[strlen(text) - 1] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}
