/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "option/yaml_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define BYTES_MAX (1 << 20)

int yaml_file_wrong(const struct yaml_file *file, const yaml_mark_t *mark, const char *what,
		    const char *detail)
{
	return fail(EINVAL, "%s %s:%zu:%zu: %s%s; see %s", file->what, file->path, mark->line + 1,
		    mark->column + 1, what, detail, file->manual);
}

const yaml_node_t *yaml_file_root(const struct yaml_file *file)
{
	/* libyaml does not change it. */
	return yaml_document_get_root_node((yaml_document_t *)&file->document);
}

const yaml_node_t *yaml_file_node(const struct yaml_file *file, int number)
{
	return yaml_document_get_node((yaml_document_t *)&file->document, number);
}

const char *yaml_text(const yaml_node_t *node)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return NULL;
	text = (const char *)node->data.scalar.value;
	return strlen(text) == node->data.scalar.length ? text : NULL;
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
static int load(const struct yaml_file *file, yaml_parser_t *parser, yaml_document_t *document)
{
	yaml_mark_t mark;

	if (yaml_parser_load(parser, document))
		return 0;
	mark = parser->error == YAML_READER_ERROR ? mark_of(file->bytes, parser->problem_offset)
						  : parser->problem_mark;
	return yaml_file_wrong(file, &mark, parser->problem ? parser->problem : "no YAML", "");
}

/* Nothing may follow the one document. */
static int check_end(const struct yaml_file *file, yaml_parser_t *parser)
{
	yaml_document_t document;
	const yaml_node_t *root;
	int err = load(file, parser, &document);

	if (err)
		return err;
	root = yaml_document_get_root_node(&document);
	if (root)
		err = yaml_file_wrong(file, &root->start_mark, "there must be only one document",
				      "");
	yaml_document_delete(&document);
	return err;
}

static int parse(struct yaml_file *file, size_t size)
{
	yaml_parser_t parser;
	int err;

	if (!yaml_parser_initialize(&parser))
		return fail(ENOMEM, "%s %s: out of memory; free some memory", file->what,
			    file->path);
	yaml_parser_set_input_string(&parser, (const unsigned char *)file->bytes, size);
	err = load(file, &parser, &file->document);
	file->loaded = !err;
	if (!err)
		err = check_end(file, &parser);
	yaml_parser_delete(&parser);
	return err;
}

/* Reads the whole file. Returns 0 or -errno (reported). */
static int read_bytes(struct yaml_file *to, size_t *size)
{
	FILE *file = fopen(to->path, "re");
	int err = file ? 0 : errno;

	to->bytes = malloc(BYTES_MAX + 1);
	*size = file && to->bytes ? fread(to->bytes, 1, BYTES_MAX + 1, file) : 0;
	if (!err && (ferror(file) || !to->bytes))
		err = errno;
	if (file)
		fclose(file);
	if (err)
		return fail(err, "cannot read the %s %s: %s; name another file with %s", to->what,
			    to->path, strerror(err), to->option);
	if (*size > BYTES_MAX)
		return fail(EFBIG, "%s %s: larger than %d bytes; check that it is the right file",
			    to->what, to->path, BYTES_MAX);
	return 0;
}

int yaml_file_read(struct yaml_file *file)
{
	size_t size;
	int err = read_bytes(file, &size);

	return err ? err : parse(file, size);
}

void yaml_file_free(struct yaml_file *file)
{
	if (file->loaded)
		yaml_document_delete(&file->document);
	free(file->bytes);
}
