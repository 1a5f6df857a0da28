/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "options/options_choose.h"

#include "options/options_table.h"
#include "run/elements.h"
#include "run/secret_keys_default.h"

/* Header elements: the default ones and what -e says. Slots that are there stay what they are. */
static int choose_elements(struct run_meta *meta, const struct options *options)
{
	const struct option_list *list = &options->elements;
	int err = elements_choose(meta, "none");

	elements_default(meta);
	for (size_t i = 0; i < list->count && !err; i++)
		err = elements_choose_at(meta, list->item[i],
					 given_place_of(&options->given, list->item[i]));
	return err ? err
		   : elements_check(meta, given_place(&options->given, option_row_named("-e")));
}

/* Likewise the secret query keys and --redact-query. */
static int choose_secret_keys(struct run_meta *meta, const struct options *options)
{
	const struct option_list *list = &options->redact_query;
	int err = 0;

	secret_keys_default(&meta->secret_keys);
	for (size_t i = 0; i < list->count && !err; i++)
		err = secret_keys_choose(&meta->secret_keys, list->item[i],
					 given_place_of(&options->given, list->item[i]));
	return err;
}

int options_choose(const struct options *options, struct run_meta *meta)
{
	int err = choose_elements(meta, options);

	return err ? err : choose_secret_keys(meta, options);
}
