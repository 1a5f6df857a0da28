/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "fields.h"

#include <string.h>

#include "base/error.h"
#include "view/view.h"

static const struct slot_meta *slot_of(const struct run_meta *meta, const char *name)
{
	__u8 slot = view_slot(meta, name);

	return slot == HDRTAP_SLOT_NONE ? NULL : &meta->slot[slot];
}

static void tell(struct fields *fields, const struct rules *rules, const struct rule *rule,
		 const char *name, const char *why)
{
	if (fields->told[rule - rules->rule])
		return;
	fields->told[rule - rules->rule] = true;
	warn_line("rule '%s' asks of the field %s, %s: it will not fire; choose the field with "
		  "hdrtap -e %s",
		  rule->name, name, why, name);
}

/* What predicates ask of. */
static void look_at_where(struct fields *fields, const struct rules *rules, const struct rule *rule,
			  const struct where *where, const struct run_meta *meta)
{
	enum where_use use;
	const char *name;

	for (size_t i = 0; where && (name = where_name(where, i, &use)); i++) {
		const struct slot_meta *slot = slot_of(meta, name);

		if (!slot && !(use == WHERE_PRESENCE && where_is_well_known(name)))
			tell(fields, rules, rule, name, "which is not recorded");
		else if (slot && use == WHERE_CONTENT &&
			 (slot->mode == HDRTAP_MODE_LENGTH || slot->mode == HDRTAP_MODE_HASH))
			tell(fields, rules, rule, name, "of which the value is not kept");
	}
}

static void look_at_key(struct fields *fields, const struct rules *rules, const struct rule *rule,
			const struct run_meta *meta)
{
	for (size_t i = 0; i < rule->by_count; i++)
		if (rule->by[i].what >= RULE_BY_REQUEST && !slot_of(meta, rule->by[i].name))
			tell(fields, rules, rule, rule->by[i].name, "which is not recorded");
}

void fields_look(struct fields *fields, const struct rules *rules, const struct run_meta *meta)
{
	if (fields->meta == meta && fields->slot_count == meta->slot_count &&
	    !memcmp(fields->run_id, meta->run_id, sizeof(meta->run_id)))
		return;
	fields->meta = meta;
	fields->slot_count = meta->slot_count;
	memcpy(fields->run_id, meta->run_id, sizeof(meta->run_id));
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->rule[i];

		look_at_where(fields, rules, rule, rule->where, meta);
		look_at_where(fields, rules, rule, rule->counted, meta);
		look_at_key(fields, rules, rule, meta);
	}
}
