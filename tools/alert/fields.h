/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether a log has what rules ask of: a rule about a field that was not chosen never fires, and
 * that should not be found out when it had been needed.
 */
#ifndef HDRTAP_ALERT_FIELDS_H
#define HDRTAP_ALERT_FIELDS_H

#include "rule.h"
#include "run/meta.h"

/* All zero: nothing was looked at. */
struct fields {
	const struct run_meta *meta; /* that was looked at last, and ... */
	__u32 slot_count;
	__u8 run_id[16];
	bool told[RULES_MAX]; /* of that rule */
};

/* Reports, once for each rule, which fields a run does not record. */
void fields_look(struct fields *fields, const struct rules *rules, const struct run_meta *meta);

#endif
