/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "options/options_where_choose.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "options/options_table.h"
#include "where/where_kernel.h"

static const struct slot_meta *chosen_slot(const struct run_meta *meta, const char *name)
{
	for (__u32 slot = HDRTAP_SLOT_NAMES; slot < meta->slot_count; slot++)
		if (meta->slot[slot].active && !strcmp(meta->slot[slot].name, name))
			return &meta->slot[slot];
	return NULL;
}

/* Whether records have what is asked of a header field. */
static int check_name(const struct options *options, const struct run_meta *meta, const char *name,
		      enum where_use use)
{
	const char *place = given_place(&options->given, option_row_named("--where"));
	const struct slot_meta *slot = chosen_slot(meta, name);

	if (!slot && (use != WHERE_PRESENCE || !where_is_well_known(name)))
		return fail(EINVAL,
			    "option --where%s: the field %s is not among the header elements, so "
			    "this cannot be decided; add -e %s",
			    place, name, name);
	if (use == WHERE_CONTENT &&
	    (slot->mode == HDRTAP_MODE_LENGTH || slot->mode == HDRTAP_MODE_HASH))
		return fail(EINVAL,
			    "option --where%s: the value of %s is not kept, so it cannot be "
			    "compared; add -e %s=keep, or use has() or length()",
			    place, name, name);
	return 0;
}

int options_where_choose(const struct options *options, __u32 kinds, struct run_meta *meta,
			 struct hdrtap_where *to)
{
	const char *name;
	enum where_use use;
	int err = 0;

	meta->where[0] = '\0';
	memset(to, 0, sizeof(*to));
	if (!options->where)
		return 0;
	for (size_t i = 0; !err && (name = where_name(options->where, i, &use)); i++)
		err = check_name(options, meta, name, use);
	if (err)
		return err;
	strcpy(meta->where, where_text(options->where));
	if (where_kernel(to, options->where, meta, kinds) == WHERE_TOO_LONG)
		warn_line("option --where: part of the predicate is too long to be decided while "
			  "packets are parsed; it is decided afterwards");
	return 0;
}
