/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Values in a file of rules: each function checks a node and fills what it is given. They return 0,
 * -EINVAL (reported, with the place and what is allowed) or -ENOMEM (reported).
 */
#ifndef HDRTAP_ALERT_RULES_VALUE_H
#define HDRTAP_ALERT_RULES_VALUE_H

#include "rule.h"
#include "rules_yaml.h"

int rules_out_of_memory(const struct rules_yaml *yaml);

/* A single value that is not empty. `key` is what it is called in messages. */
int rules_value_text(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     const char **text);

/* Likewise, of at most `most` bytes, copied; `*copy` is freed first. */
int rules_value_copy(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     size_t most, char **copy);

int rules_value_number(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		       __u64 least, __u64 most, __u64 *number);

/* ns: "500ms", "10s", "5m", "2h", "1d", from `least` to `most` ns. */
int rules_value_duration(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
			 __u64 least, __u64 most, __u64 *ns);

/* Millionths, more than none and at most all: "5%", "0.05". */
int rules_value_share(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      __u32 *share);

/* A predicate, added to `*where`, which is made if it is NULL. */
int rules_value_where(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct where **where);

/* A mapping of names to texts. */
int rules_value_pairs(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct rule_pairs *pairs);
void rules_pairs_free(struct rule_pairs *pairs);

/* Text that is read piece by piece: "must be one of these", with all keys that `at` names. */
typedef const char *(*rules_key_at)(size_t i, const void *context);
void rules_join(char *text, size_t size, rules_key_at at, const void *context);

#endif
