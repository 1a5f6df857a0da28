/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "transaction/transaction_end.h"

#include <errno.h>

#include "base/error.h"

int join_out_of_memory(void)
{
	return fail(ENOMEM, "cannot join requests and responses: out of memory; end other "
			    "programs");
}

int join_tell(struct join *j, struct transaction_run *run)
{
	if (j->told == run)
		return 0;
	j->told = run;
	return j->taker->ops->describe(j->taker, &run->meta);
}

int join_hand_on(struct join *j, struct transaction_run *run, const struct transaction *transaction)
{
	int err = join_tell(j, run);

	return err < 0 ? err : j->taker->ops->take(j->taker, transaction);
}

static __u64 count_heads(const struct held *held)
{
	__u64 count = 1;

	for (const struct held *interim = held->interim; interim; interim = interim->next)
		count++;
	return count;
}

int join_finish(struct join *j, struct transaction_run *run, struct held *held,
		struct transaction transaction)
{
	int err;

	transaction.interim = held->interim ? &held->interim->head : NULL;
	held_remove(&j->table, held);
	err = join_hand_on(j, run, &transaction);
	if (err < 0)
		j->failed += count_heads(held);
	held_free(held);
	return err;
}

int join_finish_alone(struct join *j, struct transaction_run *run, struct held *held,
		      enum transaction_end end)
{
	if (held->head.rec->kind == HDRTAP_KIND_REQUEST)
		return join_finish(j, run, held,
				   (struct transaction){ .end = end,
							 .request = &held->head,
							 .note = held->note });
	return join_finish(j, run, held,
			   (struct transaction){ .end = TRANSACTION_NO_REQUEST,
						 .response = &held->head });
}

int join_expire_run(struct join *j, struct transaction_run *run, __u64 now)
{
	struct held *first;
	int err = 0;

	while (!err && (first = held_first(&run->held)) && now >= j->options.timeout &&
	       first->since <= now - j->options.timeout)
		err = join_finish_alone(j, run, first, TRANSACTION_TIMEOUT);
	return err;
}

int join_expire_others(struct join *j)
{
	struct transaction_run *run;
	int err = 0;

	while (!err && (run = transaction_runs_oldest(&j->runs, j->current)) &&
	       held_first(&run->held)->utc + j->options.timeout <= j->utc)
		err = join_finish_alone(j, run, held_first(&run->held), TRANSACTION_TIMEOUT);
	return err;
}

int join_make_room(struct join *j, size_t size)
{
	int err = 0;

	while (!err && j->table.bytes + size > TRANSACTION_HELD_MAX) {
		struct transaction_run *run = transaction_runs_oldest(&j->runs, NULL);

		j->no_room += held_first(&run->held)->head.rec->kind == HDRTAP_KIND_REQUEST;
		err = join_finish_alone(j, run, held_first(&run->held), TRANSACTION_NO_ROOM);
	}
	return err;
}

int join_end_run(struct join *j, struct transaction_run *run, enum transaction_end end)
{
	int err = 0;

	while (run->held.first) {
		int one = join_finish_alone(j, run, held_first(&run->held), end);

		err = err ? err : one;
	}
	return err;
}

int join_end_all(struct join *j)
{
	struct transaction_run *run;
	int err = 0;

	while ((run = transaction_runs_oldest(&j->runs, NULL))) {
		int one = join_finish_alone(j, run, held_first(&run->held), TRANSACTION_ENDED);

		err = err ? err : one;
	}
	return err < 0 ? err : 0;
}
