/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A YAML file as a tree in which every node knows its line and column (yaml.h).
 */
#ifndef HDRTAP_USER_YAML_FILE_H
#define HDRTAP_USER_YAML_FILE_H

#include <stdbool.h>
#include <yaml.h>

struct yaml_file {
	const char *what;   /* for messages: "configuration" */
	const char *option; /* likewise, what names it: "--config" */
	const char *manual; /* likewise, what to see: "hdrtap.yaml(5)" */
	const char *path;
	yaml_document_t document; /* owned */
	bool loaded;
	char *bytes; /* owned: what is in it */
};

/*
 * Reads a file of 1 MiB at most, which has one document. `what`, `option`, `manual` and `path` are
 * set already, all else is zero. Returns 0 or -errno (reported: no such file, no YAML). To be freed
 * in any case.
 */
int yaml_file_read(struct yaml_file *file);
void yaml_file_free(struct yaml_file *file);

/* Says what is wrong there: `what` with a detail behind it. Returns -EINVAL. */
int yaml_file_wrong(const struct yaml_file *file, const yaml_mark_t *mark, const char *what,
		    const char *detail);

/* NULL: it has no document. */
const yaml_node_t *yaml_file_root(const struct yaml_file *file);

/* A node by its number in a pair or a list. */
const yaml_node_t *yaml_file_node(const struct yaml_file *file, int number);

/* The text of a scalar that has no zero byte inside; NULL: it is something else. */
const char *yaml_text(const yaml_node_t *node);

#endif
