/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a rule tells calls apart by, and which of them it counts.
 */
#ifndef HDRTAP_ALERT_RULES_BY_H
#define HDRTAP_ALERT_RULES_BY_H

#include "rule.h"
#include "rules_yaml.h"

/* All return 0, -EINVAL or -ENOMEM (reported). */

/* One word, or a list of up to RULE_BY_MAX: `rule->by`. */
int rules_by_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		  struct rule *rule);

/* A header field that must be missing or present: `rule->field` and `rule->counted`. */
int rules_field_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		     struct rule *rule);

/* Statuses: `rule->status` and `rule->counted`. */
int rules_status_read(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
		      struct rule *rule);

/* Names of receivers, one or a list: bits of `*chosen`. */
int rules_receivers_choose(const struct rules_yaml *yaml, const yaml_node_t *node, const char *key,
			   const struct receivers *receivers, __u64 *chosen);

#endif
