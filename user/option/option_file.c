/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libyaml makes a tree of the file in which every node knows its line and column. Keys are looked
 * up in the table of options: one that takes no argument has a boolean, one that can be repeated
 * also a sequence.
 */
#include "option/option_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/error.h"
#include "base/numbers.h"

#define BYTES_MAX (1 << 20)

struct option_file {
	const struct option_table *table;
	const char *path;
	const char *bytes; /* what is in it */
	yaml_document_t document;
	struct options_given *to;
};

/* Says what is wrong there. Returns -EINVAL. */
static int wrong(const struct option_file *file, const yaml_mark_t *mark, const char *what,
		 const char *detail)
{
	return fail(EINVAL, "configuration %s:%zu:%zu: %s%s; see %s", file->path, mark->line + 1,
		    mark->column + 1, what, detail, file->table->manual);
}

static int add(struct option_file *file, const struct option_row *row, const yaml_node_t *node,
	       const char *argument)
{
	char *place = NULL;
	int err;

	if (asprintf(&place, " (%s:%zu:%zu)", file->path, node->start_mark.line + 1,
		     node->start_mark.column + 1) < 0)
		return fail(ENOMEM, "configuration %s: out of memory; free some memory",
			    file->path);
	err = given_add(file->to, row, argument, place);
	free(place);
	return err;
}

/* An option that can be given several times has their number. */
static int add_often(struct option_file *file, const struct option_row *row,
		     const yaml_node_t *node, const char *text)
{
	__u64 times;
	int err = 0;

	if (!number_parse(text, &times) || times > row->most)
		return fail(EINVAL,
			    "configuration %s:%zu:%zu: must be true, false or a number up to %u: "
			    "%s; see %s",
			    file->path, node->start_mark.line + 1, node->start_mark.column + 1,
			    row->most, text, file->table->manual);
	while (times-- && !err)
		err = add(file, row, node, NULL);
	return err;
}

static int add_flag(struct option_file *file, const struct option_row *row, const yaml_node_t *node,
		    const char *text)
{
	if (!strcasecmp(text, "true") || !strcasecmp(text, "yes") || !strcasecmp(text, "on"))
		return add(file, row, node, NULL);
	if (!strcasecmp(text, "false") || !strcasecmp(text, "no") || !strcasecmp(text, "off"))
		return 0;
	return row->most ? add_often(file, row, node, text)
			 : wrong(file, &node->start_mark, "must be true or false: ", text);
}

static int add_scalar(struct option_file *file, const struct option_row *row,
		      const yaml_node_t *node)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return wrong(file, &node->start_mark, "must be a single value: ", row->key);
	text = (const char *)node->data.scalar.value;
	if (!*text || strlen(text) != node->data.scalar.length)
		return wrong(file, &node->start_mark, "no value for: ", row->key);
	return row->argument ? add(file, row, node, text) : add_flag(file, row, node, text);
}

/* Adds the arguments of a list as one, with commas. */
static int add_joined(struct option_file *file, const struct option_row *row,
		      const yaml_node_t *node, const struct options_given *list)
{
	char *joined = NULL;
	size_t size;
	FILE *out = open_memstream(&joined, &size);
	int err;

	for (size_t i = 0; out && i < list->count; i++)
		fprintf(out, "%s%s", i ? "," : "", list->item[i].argument);
	if (!out || fclose(out))
		return fail(ENOMEM, "configuration %s: out of memory; free some memory",
			    file->path);
	err = add(file, row, node, joined);
	free(joined);
	return err;
}

static int add_list(struct option_file *file, const struct option_row *row, const yaml_node_t *node)
{
	int err = 0;

	for (const yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top && !err; item++)
		err = add_scalar(file, row, yaml_document_get_node(&file->document, *item));
	return err;
}

static int add_with_commas(struct option_file *file, const struct option_row *row,
			   const yaml_node_t *node)
{
	struct options_given list = { 0 };
	struct option_file inner = *file;
	int err;

	inner.to = &list;
	err = add_list(&inner, row, node);
	if (!err && list.count)
		err = add_joined(file, row, node, &list);
	given_free(&list);
	return err;
}

static int add_value(struct option_file *file, const struct option_row *row,
		     const yaml_node_t *node)
{
	if (node->type != YAML_SEQUENCE_NODE || row->list == OPTION_NO_LIST)
		return add_scalar(file, row, node);
	return row->list == OPTION_COMMAS ? add_with_commas(file, row, node)
					  : add_list(file, row, node);
}

static int add_pair(struct option_file *file, const yaml_node_t *key, const yaml_node_t *value,
		    bool *seen)
{
	const struct option_row *row;
	const char *text;

	if (key->type != YAML_SCALAR_NODE)
		return wrong(file, &key->start_mark, "a key must be a word", "");
	text = (const char *)key->data.scalar.value;
	row = option_row_of_key(file->table, text);
	if (!row)
		return wrong(file, &key->start_mark, "unknown key: ", text);
	if (seen[option_row_number(file->table, row)])
		return wrong(file, &key->start_mark, "repeated key: ", text);
	seen[option_row_number(file->table, row)] = true;
	return add_value(file, row, value);
}

static int add_all(struct option_file *file)
{
	yaml_node_t *root = yaml_document_get_root_node(&file->document);
	bool seen[OPTION_ROWS_MAX] = { false };
	const yaml_node_pair_t *pair;
	int err = 0;

	if (!root)
		return 0;
	if (root->type != YAML_MAPPING_NODE)
		return wrong(file, &root->start_mark, "must be a mapping of keys to values", "");
	for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top && !err;
	     pair++)
		err = add_pair(file, yaml_document_get_node(&file->document, pair->key),
			       yaml_document_get_node(&file->document, pair->value), seen);
	return err;
}

/* The place of the byte at that offset. */
static yaml_mark_t mark_of(const char *bytes, size_t offset)
{
	yaml_mark_t mark = { .index = offset };

	for (size_t i = 0; i < offset; i++) {
		mark.column = bytes[i] == '\n' ? 0 : mark.column + 1;
		mark.line += bytes[i] == '\n';
	}
	return mark;
}

/* Returns 0 or -EINVAL (reported). The document is to be deleted then. */
static int load(struct option_file *file, yaml_parser_t *parser)
{
	yaml_mark_t mark;

	if (yaml_parser_load(parser, &file->document))
		return 0;
	mark = parser->error == YAML_READER_ERROR ? mark_of(file->bytes, parser->problem_offset)
						  : parser->problem_mark;
	return wrong(file, &mark, parser->problem ? parser->problem : "no YAML", "");
}

/* Nothing may follow the one document. */
static int check_end(struct option_file *file, yaml_parser_t *parser)
{
	const yaml_node_t *root;
	int err = load(file, parser);

	if (err)
		return err;
	root = yaml_document_get_root_node(&file->document);
	if (root)
		err = wrong(file, &root->start_mark, "there must be only one document", "");
	yaml_document_delete(&file->document);
	return err;
}

static int parse(struct option_file *file, const char *bytes, size_t size)
{
	yaml_parser_t parser;
	int err;

	file->bytes = bytes;
	if (!yaml_parser_initialize(&parser))
		return fail(ENOMEM, "configuration %s: out of memory; free some memory",
			    file->path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, size);
	err = load(file, &parser);
	if (!err) {
		err = add_all(file);
		yaml_document_delete(&file->document);
	}
	if (!err)
		err = check_end(file, &parser);
	yaml_parser_delete(&parser);
	return err;
}

/* Reads the whole file. Returns 0 or -errno (reported). `*bytes` is to be freed in any case. */
static int read_bytes(const char *path, char **bytes, size_t *size)
{
	FILE *file = fopen(path, "re");
	int err = file ? 0 : errno;

	*bytes = malloc(BYTES_MAX + 1);
	*size = file && *bytes ? fread(*bytes, 1, BYTES_MAX + 1, file) : 0;
	if (!err && (ferror(file) || !*bytes))
		err = errno;
	if (file)
		fclose(file);
	if (err)
		return fail(err,
			    "cannot read the configuration %s: %s; name another file "
			    "with --config",
			    path, strerror(err));
	if (*size > BYTES_MAX)
		return fail(EFBIG,
			    "configuration %s: larger than %d bytes; check that it is "
			    "the right file",
			    path, BYTES_MAX);
	return 0;
}

int option_file_read(struct options_given *to, const struct option_table *table, const char *path)
{
	struct option_file file = { .table = table, .path = path, .to = to };
	char *bytes;
	size_t size;
	int err = read_bytes(path, &bytes, &size);

	if (!err)
		err = parse(&file, bytes, size);
	free(bytes);
	return err;
}
