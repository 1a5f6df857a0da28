/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Why there is an alarm.
 */
#ifndef HDRTAP_ALERT_SAY_WHY_H
#define HDRTAP_ALERT_SAY_WHY_H

#include "say.h"

/* Both are the caller's; NULL: out of memory. */
char *say_value(const struct rule *rule, const struct finding *finding);
char *say_why(const struct rule *rule, const struct alarm *alarm, const struct finding *finding);

#endif
