/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the files of property.c share. */
#ifndef HDRTAP_TEST_PROPERTY_PARTS_H
#define HDRTAP_TEST_PROPERTY_PARTS_H

#include "property.h"

#define FLAG HDRTAP_FLAG

/* Flags that say that a record may be less than its head. */
#define FLAGS_PART (FLAG(INCOMPLETE) | FLAG(SNAPLEN))
/* Flags that say that a record may not be of a head at all. */
#define FLAGS_GUESS (FLAG(RESYNC) | FLAG(TUNNELED) | FLAG(NO_BODY))
/* Flags that missing packets bring. */
#define FLAGS_MISSING \
	(FLAGS_PART | FLAGS_GUESS | FLAG(GAP) | FLAG(TIMEOUT) | FLAG(ANSWERED) | FLAG(EARLY))

/* A reason with the place of the record. The text is valid until the next call. */
const char *property_about(const struct seen *seen, const char *why);

/* Whether they are of one head. */
int property_same_head(const struct seen *a, const struct seen *b);

/* Where a stream stops being HTTP whose heads are known to be heads. */
__u64 property_known_to(const struct flow *flow, __u8 direction);

/* Of each enum property; NULL: it holds. `property` is one of the equal ones. */
const char *property_equal(enum property property, const struct run *run);
const char *property_flagged(const struct run *run);
const char *property_found_again(const struct run *run);

#endif
