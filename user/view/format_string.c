/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A format string becomes a row of parts, each a text or a field. What a field gives is escaped
 * when it is added, and only then cut and filled up, so that an escape is never cut in the middle.
 */
#include "view/format_string.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define WIDTH_MAX 1000
#define SENT      "sent_http_"
#define RECEIVED  "http_"

struct part {
	const struct format_field *field; /* NULL: a text, or a header field */
	char header[HDRTAP_NAME_MAX + 1]; /* of a header field: its name with '_' for '-'; "" */
	__u8 kind;                        /* of heads that have it, enum hdrtap_kind */
	bool slot[RUN_SLOTS_MAX + 1];     /* whose name is `header` */
	char *text;                       /* owned: a text, or what stands for an absent field */
	size_t size;
	size_t column; /* in the format string, from 1 */
	size_t least;  /* bytes */
	size_t most;   /* bytes, 0: any number */
	bool left;
};

struct format_string {
	size_t count;
	struct part part[];
};

struct parser {
	const char *text;
	const char *at;
	const char *place;
};

static int wrong(const struct parser *p, const char *at, const char *why)
{
	return fail(EINVAL, "option --format-string%s: column %zu: %s", p->place, at - p->text + 1,
		    why);
}

static int no_memory(void)
{
	return fail(ENOMEM, "option --format-string: out of memory; free some memory");
}

/* Reads an escape or one byte of a text. Returns 0 or -EINVAL (reported). */
static int read_byte(struct parser *p, char *byte)
{
	static const char letters[] = "nt\\$", bytes[] = "\n\t\\$";
	const char *found;

	*byte = *p->at++;
	if (*byte == '$') { /* the caller saw a second one */
		p->at++;
	} else if (*byte == '\\') {
		found = *p->at ? strchr(letters, *p->at) : NULL;
		if (!found)
			return wrong(p, p->at - 1, "no such escape; use \\n, \\t, \\\\ or $$");
		*byte = bytes[found - letters];
		p->at++;
	}
	return 0;
}

static bool at_text(const struct parser *p, const char *ends)
{
	return *p->at && (p->at[0] == '$' ? p->at[1] == '$' : !strchr(ends, *p->at));
}

/* A text up to a field, or one of `ends`. */
static int read_text(struct parser *p, struct part *part, const char *ends)
{
	int err = 0;

	part->text = malloc(strlen(p->at) + 1);
	if (!part->text)
		return no_memory();
	part->size = 0;
	while (!err && at_text(p, ends))
		err = read_byte(p, &part->text[part->size++]);
	return err;
}

static bool begins_with(const char *text, size_t size, const char *with)
{
	return size > strlen(with) && !strncmp(text, with, strlen(with));
}

static bool take_header(struct part *part, const char *name, size_t size)
{
	const char *begin = begins_with(name, size, SENT) ? SENT : RECEIVED;

	if (!begins_with(name, size, begin) || size - strlen(begin) > HDRTAP_NAME_MAX)
		return false;
	part->kind = begin[0] == 's' ? HDRTAP_KIND_RESPONSE : HDRTAP_KIND_REQUEST;
	memcpy(part->header, name + strlen(begin), size - strlen(begin));
	return true;
}

static int unknown_name(const struct parser *p, const char *name, size_t size)
{
	return fail(EINVAL,
		    "option --format-string%s: column %zu: there is no field '%.*s'; use %s, "
		    "http_NAME or sent_http_NAME",
		    p->place, name - p->text + 1, size < 64 ? (int)size : 64, name,
		    format_field_names());
}

static int read_name(struct parser *p, struct part *part)
{
	const char *name = p->at;
	size_t size;

	while (islower((unsigned char)*p->at) || isdigit((unsigned char)*p->at) || *p->at == '_')
		p->at++;
	size = p->at - name;
	if (!size)
		return wrong(p, name, "a field's name belongs here; for a dollar, write $$");
	part->field = format_field_named(name, size);
	return part->field || take_header(part, name, size) ? 0 : unknown_name(p, name, size);
}

/* Digits, 1 to WIDTH_MAX. */
static int read_number(struct parser *p, size_t *number)
{
	const char *begin = p->at;

	for (*number = 0; isdigit((unsigned char)*p->at) && *number <= WIDTH_MAX; p->at++)
		*number = 10 * *number + (*p->at - '0');
	if (!*number || *number > WIDTH_MAX)
		return wrong(p, begin,
			     "a width is 1 to 1000; give %10, %-10 (left), %.20 (at most), %10.20");
	return 0;
}

/* Behind '%'. */
static int read_width(struct parser *p, struct part *part)
{
	int err = 0;

	part->left = *p->at == '-';
	p->at += part->left;
	if (*p->at != '.' || part->left)
		err = read_number(p, &part->least);
	if (err || *p->at != '.')
		return err;
	p->at++;
	return read_number(p, &part->most);
}

/* Behind "${". */
static int read_braces(struct parser *p, struct part *part)
{
	const char *begin = p->at - 2;
	int err = read_name(p, part);

	if (!err && *p->at == '%') {
		p->at++;
		err = read_width(p, part);
	}
	if (!err && *p->at == '|') {
		p->at++;
		err = read_text(p, part, "}");
	}
	if (err)
		return err;
	if (!*p->at)
		return wrong(p, begin, "the brace is not closed; write ${NAME}");
	if (*p->at != '}')
		return wrong(p, p->at,
			     "not a name, width or default; write ${NAME%-10.20|DEFAULT}");
	p->at++;
	return 0;
}

static int read_part(struct parser *p, struct part *part)
{
	int err;

	part->column = p->at - p->text + 1;
	if (at_text(p, ""))
		return read_text(p, part, "");
	p->at++;
	if (*p->at == '{') {
		p->at++;
		err = read_braces(p, part);
	} else {
		err = read_name(p, part);
	}
	if (err || part->text)
		return err;
	part->text = strdup("-");
	part->size = 1;
	return part->text ? 0 : no_memory();
}

int format_string_parse(struct format_string **format, const char *text, const char *place)
{
	struct parser p = { .text = text, .at = text, .place = place };
	struct format_string *f = calloc(1, sizeof(*f) + strlen(text) * sizeof(f->part[0]));
	int err = 0;

	*format = f;
	if (!f)
		return no_memory();
	while (!err && *p.at)
		err = read_part(&p, &f->part[f->count++]);
	return err;
}

void format_string_free(struct format_string *format)
{
	for (size_t i = 0; format && i < format->count; i++)
		free(format->part[i].text);
	free(format);
}

/* Whether a header name is the one that has '_' for every '-'. */
static bool same_name(const char *name, const char *header)
{
	size_t i;

	for (i = 0; name[i] && header[i]; i++)
		if (name[i] != header[i] && !(name[i] == '-' && header[i] == '_'))
			return false;
	return name[i] == header[i];
}

static bool chosen(const struct run_meta *meta, const char *header)
{
	for (__u32 slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
		if (meta->slot[slot].active && same_name(meta->slot[slot].name, header))
			return true;
	return false;
}

int format_string_check(const struct format_string *format, const struct run_meta *meta,
			const char *place)
{
	for (size_t i = 0; i < format->count; i++) {
		const struct part *part = &format->part[i];
		char name[HDRTAP_NAME_MAX + 1];

		if (!part->header[0] || chosen(meta, part->header))
			continue;
		strcpy(name, part->header);
		for (char *at = name; (at = strchr(at, '_'));)
			*at = '-';
		return fail(EINVAL,
			    "option --format-string%s: column %zu: %s is not among the header "
			    "elements; add -e %s",
			    place, part->column, name, name);
	}
	return 0;
}

void format_string_describe(struct format_string *format, const struct run_meta *meta)
{
	for (size_t i = 0; i < format->count; i++) {
		struct part *part = &format->part[i];

		memset(part->slot, 0, sizeof(part->slot));
		for (__u32 slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
			part->slot[slot] =
				part->header[0] && same_name(meta->slot[slot].name, part->header);
	}
}

/* Repeated fields with ", " between them, RFC 9110 section 5.3. */
static bool put_header(const struct part *part, struct out *out, const struct view *view)
{
	bool any = false;

	if (view->rec->kind != part->kind)
		return false;
	for (__u32 i = 0; i < view->count; i++) {
		if (!part->slot[view->value[i].slot])
			continue;
		if (any)
			out_text(out, ", ");
		format_field_value(out, &view->value[i]);
		any = true;
	}
	return any;
}

/* Bytes of the byte or escape, "\x7f" or "\"", that begins there. */
static size_t unit(const char *at)
{
	return at[0] != '\\' ? 1 : at[1] == 'x' ? 4 : 2;
}

static void cut(struct out *out, size_t from, size_t most)
{
	size_t at = from;

	while (at < out->used && at + unit(out->bytes + at) <= from + most)
		at += unit(out->bytes + at);
	out->used = at;
}

static void fill_up(struct out *out, size_t from, const struct part *part)
{
	size_t size = out->used - from, spaces = part->least > size ? part->least - size : 0;
	char *to = out_room(out, spaces);

	if (!to || !spaces)
		return;
	if (!part->left) {
		memmove(out->bytes + from + spaces, out->bytes + from, size);
		to = out->bytes + from;
	}
	memset(to, ' ', spaces);
	out->used += spaces;
}

static bool put_field(const struct part *part, struct view_sink *sink, const struct view *view)
{
	if (!view)
		return false;
	if (part->field)
		return part->field->put(sink, view);
	return part->header[0] && put_header(part, &sink->out, view);
}

static void put_part(const struct part *part, struct view_sink *sink, const struct view *view,
		     const struct view *other)
{
	struct out *out = &sink->out;
	size_t from = out->used;
	bool there = put_field(part, sink, view) || put_field(part, sink, other);

	if (there && part->most)
		cut(out, from, part->most);
	if (!there)
		out_bytes(out, part->text, part->size);
	fill_up(out, from, part);
}

void format_string_put(const struct format_string *format, struct view_sink *sink,
		       const struct view *view, const struct view *other)
{
	for (size_t i = 0; i < format->count; i++)
		put_part(&format->part[i], sink, view, other);
}
