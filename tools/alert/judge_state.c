/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What outlives a judge: in a checkpoint, or when another one takes over.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "judge_inside.h"

static void pack_fresh(struct buffer *buffer, const struct judge_group *group)
{
	buffer_number(buffer, group->fresh_count);
	for (size_t i = 0; i < group->fresh_count; i++) {
		buffer_sized(buffer, group->fresh[i].key, group->fresh[i].size);
		buffer_number(buffer, group->fresh[i].time);
	}
}

static int unpack_fresh(struct judge_group *group, struct buffer_reader *reader)
{
	__u64 count = buffer_read_number(reader);
	int err = 0;

	for (__u64 i = 0; i < count && !err && !reader->failed; i++) {
		size_t size;
		const char *key = buffer_read_sized(reader, &size);
		__u64 time = buffer_read_number(reader);

		if (!reader->failed)
			err = judge_group_add(group, key, size, time);
	}
	return err ? err : reader->failed ? -EBADMSG : 0;
}

void judge_pack(struct buffer *buffer, const struct judge *judge)
{
	buffer_number(buffer, judge->judged);
	buffer_number(buffer, judge->rules);
	for (size_t i = 0; i < judge->rules; i++) {
		const struct judge_rule *rule = &judge->rule[i];
		struct buffer inner = { 0 };

		alarms_pack(&inner, &rule->alarms, rule->rule);
		seen_pack(&inner, &rule->group->seen);
		pack_fresh(&inner, rule->group);
		buffer_sized(buffer, rule->rule->name, strlen(rule->rule->name));
		buffer_number(buffer, rule->rule->definition);
		buffer_sized(buffer, inner.bytes, inner.size);
		buffer->failed |= inner.failed;
		buffer_free(&inner);
	}
}

static struct judge_rule *rule_named(struct judge *judge, const char *name, size_t size)
{
	for (size_t i = 0; i < judge->rules; i++)
		if (strlen(judge->rule[i].rule->name) == size &&
		    !memcmp(judge->rule[i].rule->name, name, size))
			return &judge->rule[i];
	return NULL;
}

static int unpack_rule(struct judge *judge, struct buffer_reader *reader)
{
	struct buffer_reader inner = { 0 };
	size_t size;
	const char *name = buffer_read_sized(reader, &size);
	struct judge_rule *rule = rule_named(judge, name, size);
	__u64 definition = buffer_read_number(reader);
	int err;

	inner.at = buffer_read_sized(reader, &inner.left);
	if (reader->failed)
		return -EBADMSG;
	if (!rule || rule->rule->definition != definition)
		return 0;
	err = alarms_unpack(&rule->alarms, rule->rule, &inner);
	if (!err)
		err = seen_unpack(&rule->group->seen, &inner);
	return err ? err : unpack_fresh(rule->group, &inner);
}

int judge_unpack(struct judge *judge, struct buffer_reader *reader)
{
	__u64 count;
	int err = 0;

	judge->judged = judge->said = buffer_read_number(reader);
	count = buffer_read_number(reader);
	for (__u64 i = 0; i < count && !err; i++)
		err = unpack_rule(judge, reader);
	return err ? err : reader->failed ? -EBADMSG : 0;
}

static int take_over(struct judge *judge, const struct judge *old)
{
	struct buffer state = { 0 };
	struct buffer_reader reader;
	int err;

	judge_pack(&state, old);
	reader = (struct buffer_reader){ .at = state.bytes, .left = state.size };
	err = state.failed ? -ENOMEM : judge_unpack(judge, &reader);
	buffer_free(&state);
	return err;
}

int judge_take_over(struct judge *judge, struct judge *old)
{
	int err = take_over(judge, old);

	if (err) {
		judge_free(judge);
		return fail(ENOMEM, "cannot go over to the rules: out of memory; free some memory");
	}
	judge->losses = old->losses;
	judge->newest = old->newest;
	judge_groups_take_over(judge, old);
	return 0;
}

bool judge_has(const struct judge *judge, __u64 id)
{
	for (size_t i = 0; i < judge->rules; i++)
		if (alarms_find(&judge->rule[i].alarms, id))
			return true;
	return false;
}
