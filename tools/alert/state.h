/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What outlives the process: what rules know (judge_pack()), and what receivers have to be told.
 */
#ifndef HDRTAP_ALERT_STATE_H
#define HDRTAP_ALERT_STATE_H

#include "judge.h"
#include "outbox.h"

/* Up to when a state was evaluated (UTC, ns); 0: it is empty, or no state. */
__u64 state_judged(const struct buffer *state);

void state_pack(struct buffer *state, const struct judge *judge, const struct outbox *outbox,
		const struct receivers *receivers);

/* Takes up a state, if it is not empty, for these receivers. Returns 0, or -EBADMSG or -ENOMEM
 * (reported). */
int state_unpack(const struct buffer *state, struct judge *judge, struct outbox *outbox,
		 const struct receivers *receivers);

#endif
