/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The receivers of the file.
 */
#ifndef HDRTAP_ALERT_RULES_RECEIVERS_H
#define HDRTAP_ALERT_RULES_RECEIVERS_H

#include "receiver.h"
#include "rules_yaml.h"

/* Reads a list of receivers. Returns 0, -EINVAL or -ENOMEM (reported). receivers_free() is needed
 * in any case. */
int rules_receivers_read(const struct rules_yaml *yaml, const yaml_node_t *node,
			 struct receivers *receivers);

#endif
