/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "alarm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

__u64 alarm_id(const struct rule *rule, const void *key, size_t size)
{
	return XXH3_64bits_withSeed(key, size, XXH3_64bits(rule->name, strlen(rule->name)));
}

struct alarm *alarms_find(struct alarms *alarms, __u64 id)
{
	for (size_t i = 0; i < alarms->count; i++)
		if (alarms->list[i].id == id)
			return &alarms->list[i];
	return NULL;
}

static struct alarm *add(struct alarms *alarms, const void *key, size_t size)
{
	struct alarm *grown;
	__u8 *copy;

	if (alarms->count == RULE_ALARMS_MAX) {
		alarms->left_out++;
		return NULL;
	}
	grown = reallocarray(alarms->list, alarms->count + 1, sizeof(*grown));
	copy = malloc(size + 1);
	if (grown)
		alarms->list = grown;
	if (!grown || !copy) {
		free(copy);
		return NULL;
	}
	memcpy(copy, key, size);
	alarms->list[alarms->count] = (struct alarm){ .key = copy, .size = size };
	return &alarms->list[alarms->count++];
}

struct alarm *alarms_add(struct alarms *alarms, const struct rule *rule, const void *key,
			 size_t size, __u64 now)
{
	struct alarm *alarm = add(alarms, key, size);

	if (alarm) {
		alarm->id = alarm_id(rule, key, size);
		alarm->since = now;
	}
	return alarm;
}

void alarms_drop(struct alarms *alarms, struct alarm *alarm)
{
	size_t at = alarm - alarms->list;

	free(alarm->key);
	alarms->count--;
	memmove(alarm, alarm + 1, (alarms->count - at) * sizeof(*alarm));
}

bool alarms_may_tell(const struct alarms *alarms, const struct rule *rule, __u64 now)
{
	const __u64 oldest = alarms->hour ? alarms->hour[alarms->hour_at] : 0;

	return !rule->hour_max || !oldest || now >= oldest + ALARM_HOUR;
}

int alarms_tell(struct alarms *alarms, const struct rule *rule, __u64 now)
{
	if (!rule->hour_max)
		return 0;
	if (!alarms->hour)
		alarms->hour = calloc(rule->hour_max, sizeof(*alarms->hour));
	if (!alarms->hour)
		return -ENOMEM;
	alarms->hour[alarms->hour_at] = now;
	alarms->hour_at = (alarms->hour_at + 1) % rule->hour_max;
	return 0;
}

void alarms_free(struct alarms *alarms)
{
	for (size_t i = 0; i < alarms->count; i++)
		free(alarms->list[i].key);
	free(alarms->list);
	free(alarms->hour);
	*alarms = (struct alarms){ 0 };
}

static void pack_alarm(struct buffer *buffer, const struct alarm *alarm)
{
	buffer_sized(buffer, alarm->key, alarm->size);
	buffer_number(buffer, alarm->state);
	buffer_number(buffer, alarm->since);
	buffer_number(buffer, alarm->fired);
	buffer_number(buffer, alarm->told);
	buffer_number(buffer, alarm->lost);
}

void alarms_pack(struct buffer *buffer, const struct alarms *alarms, const struct rule *rule)
{
	__u32 hour = alarms->hour ? rule->hour_max : 0;

	buffer_number(buffer, alarms->begun);
	buffer_number(buffer, hour);
	for (__u32 i = 0; i < hour; i++)
		buffer_number(buffer, alarms->hour[(alarms->hour_at + i) % hour]);
	buffer_number(buffer, alarms->count);
	for (size_t i = 0; i < alarms->count; i++)
		pack_alarm(buffer, &alarms->list[i]);
}

static int unpack_alarm(struct alarms *alarms, const struct rule *rule,
			struct buffer_reader *reader)
{
	size_t size;
	const char *key = buffer_read_sized(reader, &size);
	struct alarm *alarm = reader->failed ? NULL : add(alarms, key, size);

	if (!alarm)
		return reader->failed ? -EBADMSG : -ENOMEM;
	alarm->id = alarm_id(rule, key, size);
	alarm->state = buffer_read_number(reader) ? ALARM_FIRING : ALARM_PENDING;
	alarm->since = buffer_read_number(reader);
	alarm->fired = buffer_read_number(reader);
	alarm->told = buffer_read_number(reader);
	alarm->lost = buffer_read_number(reader);
	alarm->kept = true;
	return 0;
}

int alarms_unpack(struct alarms *alarms, const struct rule *rule, struct buffer_reader *reader)
{
	__u64 count;
	int err = 0;

	alarms->begun = buffer_read_number(reader);
	count = buffer_read_number(reader);
	for (__u64 i = 0; i < count && !err && !reader->failed; i++) {
		__u64 moment = buffer_read_number(reader);

		if (moment)
			err = alarms_tell(alarms, rule, moment);
	}
	count = buffer_read_number(reader);
	for (__u64 i = 0; i < count && !err && !reader->failed; i++)
		err = unpack_alarm(alarms, rule, reader);
	return err ? err : reader->failed ? -EBADMSG : 0;
}
