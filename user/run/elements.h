/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Header elements as the user names them (`-e NAME[=MODE][:MAX]`), and the set the parser reads
 * heads with.
 */
#ifndef HDRTAP_USER_ELEMENTS_H
#define HDRTAP_USER_ELEMENTS_H

#include "run/meta.h"

/* Puts the default elements into `meta`'s slots. */
void elements_default(struct run_meta *meta);

/*
 * Applies one `-e` argument: "none" (no header names at all), "all" is not known, otherwise
 * NAME[=MODE][:MAX][,...]. A name already there gets the new mode and size. MAX is what is reserved
 * at most, up to the arena of a record of meta->record_size: a length needs nothing, a scheme
 * HDRTAP_SCHEME_CAP. Returns 0 or -EINVAL (reported: bad
 * name, mode or size, too many); then those before it are chosen.
 */
int elements_choose(struct run_meta *meta, const char *argument);

/* Likewise; `place` stands behind the element in messages: where it was given. */
int elements_choose_at(struct run_meta *meta, const char *argument, const char *place);

/* Whether elements_build() takes what was chosen. Returns 0 or -EINVAL (reported, with `place` as
 * above). */
int elements_check(const struct run_meta *meta, const char *place);

/*
 * Builds the parser's set from the active slots, without a key. `kinds` is a mask of 1 <<
 * HDRTAP_KIND_*. Returns 0, or -EINVAL (reported) when the reservations add up to more than
 * hdrtap_reserved_max(), or too many names have one hash.
 */
int elements_build(struct hdrtap_elements *set, const struct run_meta *meta, __u32 kinds,
		   __u32 generation);

#endif
