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

#include "base/error.h"
#include "base/numbers.h"
#include "option/yaml_file.h"

struct option_file {
	const struct option_table *table;
	struct yaml_file yaml;
	struct options_given *to;
};

/* Says what is wrong there. Returns -EINVAL. */
static int wrong(const struct option_file *file, const yaml_mark_t *mark, const char *what,
		 const char *detail)
{
	return yaml_file_wrong(&file->yaml, mark, what, detail);
}

static int no_memory(const struct option_file *file)
{
	return fail(ENOMEM, "configuration %s: out of memory; free some memory", file->yaml.path);
}

static int add(struct option_file *file, const struct option_row *row, const yaml_node_t *node,
	       const char *argument)
{
	char *place = NULL;
	int err;

	if (asprintf(&place, " (%s:%zu:%zu)", file->yaml.path, node->start_mark.line + 1,
		     node->start_mark.column + 1) < 0)
		return no_memory(file);
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
			    file->yaml.path, node->start_mark.line + 1, node->start_mark.column + 1,
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
		return no_memory(file);
	err = add(file, row, node, joined);
	free(joined);
	return err;
}

static int add_list(struct option_file *file, const struct option_row *row, const yaml_node_t *node)
{
	int err = 0;

	for (const yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top && !err; item++)
		err = add_scalar(file, row, yaml_file_node(&file->yaml, *item));
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
	const yaml_node_t *root = yaml_file_root(&file->yaml);
	bool seen[OPTION_ROWS_MAX] = { false };
	const yaml_node_pair_t *pair;
	int err = 0;

	if (!root)
		return 0;
	if (root->type != YAML_MAPPING_NODE)
		return wrong(file, &root->start_mark, "must be a mapping of keys to values", "");
	for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top && !err;
	     pair++)
		err = add_pair(file, yaml_file_node(&file->yaml, pair->key),
			       yaml_file_node(&file->yaml, pair->value), seen);
	return err;
}

int option_file_read(struct options_given *to, const struct option_table *table, const char *path)
{
	struct option_file file = {
		.table = table,
		.yaml = { .what = "configuration",
			  .option = "--config",
			  .manual = table->manual,
			  .path = path },
		.to = to,
	};
	int err = yaml_file_read(&file.yaml);

	if (!err)
		err = add_all(&file);
	yaml_file_free(&file.yaml);
	return err;
}
