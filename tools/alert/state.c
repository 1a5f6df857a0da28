/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "state.h"

#include <errno.h>

#include "base/error.h"
#include "deliver_inside.h"

__u64 state_judged(const struct buffer *state)
{
	struct buffer_reader reader = { .at = state->bytes, .left = state->size };

	return buffer_read_number(&reader);
}

/* What judge_pack() begins with is what state_judged() reads. */
void state_pack(struct buffer *state, const struct judge *judge, const struct outbox *outbox,
		const struct receivers *receivers)
{
	judge_pack(state, judge);
	deliver_pack_receivers(state, receivers);
	outbox_pack(state, outbox);
}

int state_unpack(const struct buffer *state, struct judge *judge, struct outbox *outbox,
		 const struct receivers *receivers)
{
	struct buffer_reader reader = { .at = state->bytes, .left = state->size };
	struct receivers before = { 0 };
	int err = 0;

	if (state->size) {
		err = judge_unpack(judge, &reader);
		if (!err)
			err = deliver_unpack_receivers(&before, &reader);
		if (!err)
			err = outbox_unpack(outbox, &reader);
	}
	if (!err)
		outbox_change(outbox, &before, receivers);
	receivers_free(&before);
	if (err == -ENOMEM)
		return fail(ENOMEM, "cannot take up the state: out of memory; free some memory");
	return err ? fail(-err, "cannot take up the state: it is not whole; remove the file to "
				"begin anew")
		   : 0;
}
