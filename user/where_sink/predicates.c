/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "where_sink/predicates.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

/* They were read before, where the user gave them. */
static int make(struct where **to, const char *text)
{
	struct where *where = where_new();
	struct where_error error;
	int err = !where ? -ENOMEM : text && *text ? where_add(where, text, &error) : 0;

	if (!err) {
		*to = where;
		return 0;
	}
	where_free(where);
	if (err == -EINVAL)
		return fail(EINVAL, "predicate '%s', column %zu: %s", text, error.column,
			    error.text);
	return fail(-err, "cannot read a predicate: out of memory; free some memory");
}

static int add(struct predicates *predicates, const char *text, __u16 generation)
{
	struct where *where;
	int err = make(&where, text);

	if (err)
		return err;
	if (predicates->count == PREDICATES_MAX) {
		where_free(predicates->list[0].where);
		predicates->count--;
		memmove(predicates->list, predicates->list + 1,
			predicates->count * sizeof(*predicates->list));
	}
	predicates->list[predicates->count].where = where;
	predicates->list[predicates->count].generation = generation;
	predicates->count++;
	return 0;
}

int predicates_begin(struct predicates *predicates, const char *text)
{
	return add(predicates, text, 0);
}

void predicates_free(struct predicates *predicates)
{
	for (unsigned int i = 0; i < predicates->count; i++)
		where_free(predicates->list[i].where);
	predicates->count = 0;
}

int predicates_change(struct predicates *predicates, const struct run_meta *meta)
{
	const struct where *newest = predicates->list[predicates->count - 1].where;

	return strcmp(where_text(newest), meta->where)
		       ? add(predicates, meta->where, meta->generation)
		       : 0;
}

/* Generations wrap. */
const struct where *predicates_for(const struct predicates *predicates,
				   const struct hdrtap_record *rec)
{
	unsigned int i = predicates->count - 1;

	while (i > 0 && (__s16)(rec->element_set - predicates->list[i].generation) < 0)
		i--;
	return predicates->list[i].where;
}

bool predicates_ask(const struct predicates *predicates, __u8 kind)
{
	for (unsigned int i = 0; i < predicates->count; i++)
		if (where_asks(predicates->list[i].where) & 1u << kind)
			return true;
	return false;
}
