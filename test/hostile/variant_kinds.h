/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the files that make variants share. */
#ifndef HDRTAP_TEST_VARIANT_KINDS_H
#define HDRTAP_TEST_VARIANT_KINDS_H

#include "disorder.h"
#include "variant.h"

/* Each ends with a NULL name. */
extern const struct kind kinds_complete[], kinds_connection[], kinds_lossy[];

size_t count_any(const struct flow *flow);

/* Random sizes of packets, small or large ones. */
struct cutter variant_cutter(struct subject *subject);

/* The flow in packets of random sizes; it, and others, one behind the other. */
void variant_begin(struct script *script, struct subject *subject);
void variant_begin_several(struct script *script, struct subject *subject);

#endif
