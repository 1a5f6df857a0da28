/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "rules_yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static int wrong_mark(const struct rules_yaml *yaml, const yaml_mark_t *mark, const char *text)
{
	return fail(EINVAL, "rules %s:%zu:%zu: %s; see hdrtap-alert.yaml(5)", yaml->path,
		    mark->line + 1, mark->column + 1, text);
}

int rules_yaml_wrong_at(const struct rules_yaml *yaml, const yaml_node_t *node, size_t ahead,
			const char *format, ...)
{
	yaml_mark_t mark = node->start_mark;
	char text[800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	mark.column += ahead;
	return wrong_mark(yaml, &mark, text);
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

/* Returns 0 or -EINVAL (reported). */
static int load(struct rules_yaml *yaml, yaml_parser_t *parser, yaml_document_t *document)
{
	yaml_mark_t mark;

	if (yaml_parser_load(parser, document))
		return 0;
	mark = parser->error == YAML_READER_ERROR ? mark_of(yaml->bytes, parser->problem_offset)
						  : parser->problem_mark;
	return wrong_mark(yaml, &mark, parser->problem ? parser->problem : "this is not YAML");
}

/* Nothing may follow the one document. */
static int check_end(struct rules_yaml *yaml, yaml_parser_t *parser)
{
	yaml_document_t more;
	const yaml_node_t *root;
	int err = load(yaml, parser, &more);

	if (err)
		return err;
	root = yaml_document_get_root_node(&more);
	if (root)
		err = wrong_mark(yaml, &root->start_mark, "there must be only one document");
	yaml_document_delete(&more);
	return err;
}

static int parse(struct rules_yaml *yaml, size_t size)
{
	yaml_parser_t parser;
	int err;

	if (!yaml_parser_initialize(&parser))
		return fail(ENOMEM, "rules %s: out of memory; free some memory", yaml->path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)yaml->bytes, size);
	err = load(yaml, &parser, &yaml->document);
	if (!err) {
		err = check_end(yaml, &parser);
		if (err)
			yaml_document_delete(&yaml->document);
	}
	yaml_parser_delete(&parser);
	return err;
}

static int read_bytes(struct rules_yaml *yaml, size_t *size)
{
	FILE *file = fopen(yaml->path, "re");
	int err = file ? 0 : errno;

	yaml->bytes = malloc(RULES_YAML_MAX + 1);
	*size = file && yaml->bytes ? fread(yaml->bytes, 1, RULES_YAML_MAX + 1, file) : 0;
	if (!err && (!yaml->bytes || ferror(file)))
		err = errno;
	if (file)
		fclose(file);
	if (err)
		return fail(err, "cannot read the rules %s: %s; name another file with --rules",
			    yaml->path, strerror(err));
	if (*size > RULES_YAML_MAX)
		return fail(EFBIG,
			    "rules %s: larger than %d bytes; check that it is the right file",
			    yaml->path, RULES_YAML_MAX);
	return 0;
}

int rules_yaml_open(struct rules_yaml *yaml, const char *path)
{
	size_t size;
	int err;

	*yaml = (struct rules_yaml){ .path = path };
	err = read_bytes(yaml, &size);
	if (!err)
		err = parse(yaml, size);
	if (err)
		free(yaml->bytes);
	else
		yaml->root = yaml_document_get_root_node(&yaml->document);
	return err;
}

void rules_yaml_close(struct rules_yaml *yaml)
{
	yaml_document_delete(&yaml->document);
	free(yaml->bytes);
}

const yaml_node_t *rules_yaml_node(const struct rules_yaml *yaml, int number)
{
	return yaml_document_get_node((yaml_document_t *)&yaml->document, number);
}

const char *rules_yaml_text(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE || strlen(text) != node->data.scalar.length)
		return NULL;
	return text;
}

size_t rules_yaml_count(const yaml_node_t *node)
{
	if (node->type == YAML_SEQUENCE_NODE)
		return node->data.sequence.items.top - node->data.sequence.items.start;
	if (node->type == YAML_MAPPING_NODE)
		return node->data.mapping.pairs.top - node->data.mapping.pairs.start;
	return 0;
}

const yaml_node_t *rules_yaml_item(const struct rules_yaml *yaml, const yaml_node_t *node, size_t i)
{
	return rules_yaml_node(yaml, node->data.sequence.items.start[i]);
}

const yaml_node_t *rules_yaml_key(const struct rules_yaml *yaml, const yaml_node_t *node, size_t i)
{
	return rules_yaml_node(yaml, node->data.mapping.pairs.start[i].key);
}

const yaml_node_t *rules_yaml_value(const struct rules_yaml *yaml, const yaml_node_t *node,
				    size_t i)
{
	return rules_yaml_node(yaml, node->data.mapping.pairs.start[i].value);
}
