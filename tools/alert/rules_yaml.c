/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "rules_yaml.h"

#include <stdarg.h>
#include <stdio.h>

int rules_yaml_open(struct rules_yaml *yaml, const char *path)
{
	int err;

	*yaml = (struct rules_yaml){
		.file = { .what = "rules",
			  .option = "--rules",
			  .manual = "hdrtap-rules(5)",
			  .path = path },
	};
	err = yaml_file_read(&yaml->file);
	if (!err)
		yaml->root = yaml_file_root(&yaml->file);
	return err;
}

void rules_yaml_close(struct rules_yaml *yaml)
{
	yaml_file_free(&yaml->file);
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
	return yaml_file_wrong(&yaml->file, &mark, text, "");
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
	return yaml_file_node(&yaml->file, node->data.sequence.items.start[i]);
}

const yaml_node_t *rules_yaml_key(const struct rules_yaml *yaml, const yaml_node_t *node, size_t i)
{
	return yaml_file_node(&yaml->file, node->data.mapping.pairs.start[i].key);
}

const yaml_node_t *rules_yaml_value(const struct rules_yaml *yaml, const yaml_node_t *node,
				    size_t i)
{
	return yaml_file_node(&yaml->file, node->data.mapping.pairs.start[i].value);
}
