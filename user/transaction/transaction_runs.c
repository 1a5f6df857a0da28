/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "transaction/transaction_runs.h"

#include <stdlib.h>
#include <string.h>

struct transaction_run *transaction_runs_find(const struct transaction_runs *runs,
					      const struct run_meta *meta)
{
	for (unsigned int i = 0; i < runs->count; i++)
		if (!memcmp(runs->run[i]->meta.run_id, meta->run_id, sizeof(meta->run_id)))
			return runs->run[i];
	return NULL;
}

struct transaction_run *transaction_runs_add(struct transaction_runs *runs,
					     const struct run_meta *meta)
{
	struct transaction_run *run = calloc(1, sizeof(*run));

	if (!run)
		return NULL;
	run->meta = *meta;
	runs->run[runs->count++] = run;
	return run;
}

void transaction_runs_forget(struct transaction_runs *runs, const struct transaction_run *one,
			     const struct transaction_run *other)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < runs->count; i++) {
		struct transaction_run *run = runs->run[i];

		if (run->held.first || run == one || run == other)
			runs->run[kept++] = run;
		else
			free(run);
	}
	runs->count = kept;
}

struct transaction_run *transaction_runs_oldest(const struct transaction_runs *runs,
						const struct transaction_run *except)
{
	struct transaction_run *found = NULL;

	for (unsigned int i = 0; i < runs->count; i++) {
		struct transaction_run *run = runs->run[i];

		if (run->held.first && run != except &&
		    (!found || held_first(&run->held)->arrival < held_first(&found->held)->arrival))
			found = run;
	}
	return found;
}

void transaction_runs_free(struct transaction_runs *runs)
{
	for (unsigned int i = 0; i < runs->count; i++)
		free(runs->run[i]);
	runs->count = 0;
}
