/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the keys of a rule mean together.
 */
#ifndef HDRTAP_ALERT_RULES_CHECK_H
#define HDRTAP_ALERT_RULES_CHECK_H

#include "rule.h"
#include "rules_yaml.h"

/* Fills in what was not given, and checks the rest. Returns 0, -EINVAL or -ENOMEM (reported). */
int rules_check(const struct rules_yaml *yaml, const yaml_node_t *node, struct rule *rule);

/* Whether labels are short enough for any message. Returns 0 or -EINVAL (reported). */
int rules_check_labels(const struct rules_yaml *yaml, const yaml_node_t *node,
		       const struct rule_pairs *labels);

/* Whether each {{ }} in the annotations names something that an alarm of the rule has. `node` is
 * their mapping. Returns 0 or -EINVAL (reported). */
int rules_check_annotations(const struct rules_yaml *yaml, const yaml_node_t *node,
			    const struct rule *rule);

#endif
