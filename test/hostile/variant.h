/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Kinds of hostile variants: how a script for a flow is made, and which property its records must
 * have.
 */
#ifndef HDRTAP_TEST_VARIANT_H
#define HDRTAP_TEST_VARIANT_H

#include "property.h"

/* What a variant is made from. */
struct subject {
	const struct flow *flow;
	const struct flows *others; /* to interleave it with */
	size_t number;              /* of the variant, from 0 */
	struct rng rng;
};

struct kind {
	const char *name;
	enum property property;
	/* How many different ones there are of this flow; 0: the kind does not apply to it. */
	size_t (*count)(const struct flow *flow);
	void (*make)(struct script *script, struct subject *subject);
};

#define COUNT_ANY ((size_t)1 << 40) /* as many as one likes: they are random */

/* The kinds one after the other; NULL behind the last. */
const struct kind *kind_number(size_t number);

#endif
