/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Makes a failing script small. */
#ifndef HDRTAP_TEST_REDUCE_H
#define HDRTAP_TEST_REDUCE_H

#include "property.h"

/*
 * Removes and joins packets, and removes whole flows, as long as the property fails to hold of what
 * is left and the promise it rests on is kept: for PROPERTY_EQUAL nothing becomes missing or too
 * early.
 */
void script_reduce(struct script *script, enum property property, struct run *run);

#endif
