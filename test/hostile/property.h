/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What must hold of a script's records, whatever the packets look like. This is the one place that
 * says it; a variant only names its property.
 *
 * Always: the accounts close; every record is of a connection there is; no head has two records;
 * what is no head of the truth is flagged as found by looking for it.
 */
#ifndef HDRTAP_TEST_PROPERTY_H
#define HDRTAP_TEST_PROPERTY_H

#include "run.h"

enum property {
	/* Nothing is missing: the records are those of the truth, bit by bit, in each stream's
	 * order. Only where the stream itself is no HTTP any more, heads that are found by looking
	 * may be others: it is looked for them where packets begin. */
	PROPERTY_EQUAL,

	/* As EQUAL, but SYN is missing: heads may be flagged as found by looking, messages need not
	 * be counted, and pairing may know less. The first head of each stream is so flagged. The
	 * start lines are such that can be found. */
	PROPERTY_EQUAL_BUT_SYN,

	/* Bytes are missing: every record is one of the truth, or flagged and no more than a part
	 * of it. */
	PROPERTY_FLAGGED,

	/* As FLAGGED, and every head that begins a packet behind the missing bytes, with a start
	 * line that is right and whole there, and of which nothing is missing, is there; when it is
	 * among the first two packets behind them, or the other side has spoken since. */
	PROPERTY_FOUND_AGAIN,
};

/* Whether a head's start line is such that it is found where no head is expected: nothing in it is
 * wrong, and its method is a known one. */
bool property_can_be_found(const struct hdrtap_record *rec);

/* Returns what is wrong with the run, NULL: nothing. Truths are those of the script's flows. */
const char *property_check(enum property property, const struct run *run);

/* The truth of one flow: the records of its simplest script, of which the packets are so small that
 * none is over the budget. Returns what is wrong with it, NULL: nothing. */
const char *property_truth(struct flow *flow, struct run *run);

#endif
