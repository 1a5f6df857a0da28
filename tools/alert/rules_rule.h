/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One rule of the file.
 */
#ifndef HDRTAP_ALERT_RULES_RULE_H
#define HDRTAP_ALERT_RULES_RULE_H

#include "rule.h"
#include "rules_yaml.h"

/* Reads a mapping into a rule that is all zero. `receivers` are those of the file. Returns 0,
 * -EINVAL or -ENOMEM (reported). rules_rule_free() is needed in any case. */
int rules_rule_read(const struct rules_yaml *yaml, const yaml_node_t *node,
		    const struct receivers *receivers, struct rule *rule);
void rules_rule_free(struct rule *rule);

#endif
