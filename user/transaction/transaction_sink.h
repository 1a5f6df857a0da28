/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A sink that joins each request with the response that answers it, and hands both on as one
 * transaction. A response refers to its request by (run, cpu, sequence). Where the response was
 * logged first, the request is flagged ANSWERED and refers to the response.
 *
 * What is handed on, and when:
 *
 *	request and final response   when the second of them comes
 *	request alone                when it has waited for the timeout, when its response can no
 *	                             longer come, when there is no more room, or at the end
 *	response alone               at once where no request can refer to it or be referred to:
 *	                             unsolicited, or its request is not held (lost, filtered, handed
 *	                             on already). An unpaired or early one waits as a request does,
 *	                             because a request that is yet to end may refer to it
 *
 * Interim responses (1xx but 101, which is final) go with the transaction of their request, and
 * alone where that is not held or has TRANSACTION_INTERIM_MAX of them. Each record is handed on
 * once, in one transaction.
 *
 * Time is the records' own: that of their run's clock, by their times and by complete(). Of runs
 * merged into one sequence, the UTC times of all records tell how far the others are. The order of
 * transactions depends on the sequence of describe(), write() and close() alone, not on ticks, and
 * not on how often complete() is called in between.
 */
#ifndef HDRTAP_USER_TRANSACTION_SINK_H
#define HDRTAP_USER_TRANSACTION_SINK_H

#include "sink/sink.h"
#include "transaction/transaction.h"

/* The word for it. */
const char *transaction_end_word(enum transaction_end end);

/*
 * Owns `taker` from here on, also when it fails: close() closes both, after all that is held was
 * handed on. Records and names are copied, and metas (one per run of which heads are held).
 *
 * write() takes a record by holding it or by handing it on; it returns what take() returned, if
 * that failed: then this record was not taken. Records that were held and then could not be handed
 * on are added to `*unwritten` by close(), once the taker is closed (which may set it).
 *
 * When it is closed it says how many requests ended early because there was no room.
 * Returns 0 or -ENOMEM (reported).
 */
int transaction_sink_open(struct sink **sink, struct transaction_taker *taker,
			  const struct transaction_options *options);

#endif
