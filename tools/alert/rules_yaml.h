/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The YAML file of rules as a tree whose nodes know their places, and messages that name them.
 */
#ifndef HDRTAP_ALERT_RULES_YAML_H
#define HDRTAP_ALERT_RULES_YAML_H

#include <stddef.h>

#include "option/yaml_file.h"

struct rules_yaml {
	struct yaml_file file;
	const yaml_node_t *root; /* NULL: there is nothing in it */
};

/* Returns 0 or -errno (reported): no such file, no YAML, more than one document. To be closed in
 * any case. */
int rules_yaml_open(struct rules_yaml *yaml, const char *path);
void rules_yaml_close(struct rules_yaml *yaml);

/* Says what is wrong, `rules FILE:LINE:COLUMN: ...`, `ahead` columns behind the node's first.
 * Returns -EINVAL. */
int rules_yaml_wrong_at(const struct rules_yaml *yaml, const yaml_node_t *node, size_t ahead,
			const char *format, ...) __attribute__((format(printf, 4, 5)));
#define rules_yaml_wrong(yaml, node, ...) rules_yaml_wrong_at(yaml, node, 0, __VA_ARGS__)

/* Number of items or pairs; 0 of a scalar. */
size_t rules_yaml_count(const yaml_node_t *node);

/* Item `i` of a sequence. */
const yaml_node_t *rules_yaml_item(const struct rules_yaml *yaml, const yaml_node_t *node,
				   size_t i);

/* Key and value of pair `i` of a mapping. */
const yaml_node_t *rules_yaml_key(const struct rules_yaml *yaml, const yaml_node_t *node, size_t i);
const yaml_node_t *rules_yaml_value(const struct rules_yaml *yaml, const yaml_node_t *node,
				    size_t i);

#endif
