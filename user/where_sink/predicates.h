/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The predicates of a run, which change while it goes on: a head is judged by the one that it was
 * read with (record.element_set).
 */
#ifndef HDRTAP_USER_PREDICATES_H
#define HDRTAP_USER_PREDICATES_H

#include "where/where.h"

/* So often one may change while a head is held, before the head is judged by a later one. */
#define PREDICATES_MAX 128

struct predicates {
	struct {
		struct where *where; /* owned */
		__u16 generation;    /* of the first records it is for */
	} list[PREDICATES_MAX];      /* the newest last */
	unsigned int count;
};

/* `text`: that of the first one, NULL: everything is wanted. Returns 0 or -errno (reported). */
int predicates_begin(struct predicates *predicates, const char *text);

void predicates_free(struct predicates *predicates);

/* From this description on. Returns 0 or -errno (reported). */
int predicates_change(struct predicates *predicates, const struct run_meta *meta);

const struct where *predicates_for(const struct predicates *predicates,
				   const struct hdrtap_record *rec);

/* Whether one of them asks of heads of that kind. */
bool predicates_ask(const struct predicates *predicates, __u8 kind);

#endif
