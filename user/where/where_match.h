/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Comparing with texts of which the end may be missing.
 */
#ifndef HDRTAP_USER_WHERE_MATCH_H
#define HDRTAP_USER_WHERE_MATCH_H

#include "where/where_program.h"

struct where_bytes {
	const __u8 *bytes; /* NULL: absent */
	size_t size;
	bool cut;       /* more may have followed */
	__u32 original; /* bytes it had, when that is known; 0: not */
};

/*
 * Whether a text is the operand's (WHERE_EQUAL) or like it (WHERE_GLOB: '*' any bytes, '?' one,
 * '\' takes the next one as it is). Of a text that is cut: FALSE when no end could make it so, TRUE
 * when every end would, otherwise NEITHER. `fold`: the text's letters are taken as small ones.
 */
enum where_value where_match(struct where_bytes text, const struct where_operand *operand,
			     enum where_test test, bool fold);

/* Whether a number is one of a term's. */
enum where_value where_in_ranges(const struct where_term *term, __u64 number);

#endif
