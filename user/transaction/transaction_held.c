/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Every head has a piece of memory of its own, as large as what its record has in it: most records
 * are half empty, and those of merged logs differ in size.
 */
#include "transaction/transaction_held.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/record_copy.h"

#define MULTIPLIER 0x9e3779b97f4a7c15ULL
#define NEAR       (1 << 20) /* bytes between requests of one connection */

int held_table_init(struct held_table *table)
{
	table->identity = calloc(HELD_BUCKETS, sizeof(struct held *));
	table->connection = calloc(HELD_BUCKETS, sizeof(struct held *));
	return table->identity && table->connection ? 0 : -ENOMEM;
}

void held_table_free(struct held_table *table)
{
	free(table->identity);
	free(table->connection);
}

static __u32 bucket_of(__u64 key)
{
	return key * MULTIPLIER >> 32 & (HELD_BUCKETS - 1);
}

static __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * MULTIPLIER;
	return hash ^ hash >> 32;
}

static struct held **identity_bucket(const struct held_table *table, const struct held_list *list,
				     __u16 cpu, __u64 sequence)
{
	return &table->identity[bucket_of(mix((uintptr_t)list ^ cpu, sequence))];
}

static struct held **connection_bucket(const struct held_table *table, const struct held_list *list,
				       const struct hdrtap_record *rec)
{
	__u64 hash = (uintptr_t)list, words[4];

	memcpy(words, rec->source, sizeof(rec->source));
	memcpy(words + 2, rec->destination, sizeof(rec->destination));
	for (int i = 0; i < 4; i++)
		hash = mix(hash, words[i]);
	return &table->connection[bucket_of(
		mix(hash, (__u64)rec->source_port << 16 | rec->destination_port))];
}

size_t held_size(const struct hdrtap_record *rec, __u32 record_size)
{
	return sizeof(struct held) + ((record_filled(rec, record_size) + 7) & ~7UL);
}

struct held *held_new(const struct hdrtap_record *rec, __u32 record_size, __s64 utc_offset,
		      const char *interface)
{
	size_t size = held_size(rec, record_size);
	struct held *held = malloc(size);

	if (!held)
		return NULL;
	*held = (struct held){ .size = size };
	memcpy(held->record, rec, record_filled(rec, record_size));
	if (interface)
		strncpy(held->interface, interface, sizeof(held->interface) - 1);
	held->head = (struct transaction_head){
		.rec = (const struct hdrtap_record *)held->record,
		.utc_offset = utc_offset,
		.interface = interface ? held->interface : NULL,
	};
	return held;
}

static void link_identity(struct held_table *table, struct held *held)
{
	const struct hdrtap_record *rec = held->head.rec;
	struct held **at = identity_bucket(table, held->list, rec->cpu, rec->sequence);

	while (*at)
		at = &(*at)->same_identity;
	*at = held;
}

static void link_connection(struct held_table *table, struct held *held)
{
	struct held **at = connection_bucket(table, held->list, held->head.rec);

	while (*at)
		at = &(*at)->same_connection;
	*at = held;
}

static void unlink_identity(struct held_table *table, struct held *held)
{
	const struct hdrtap_record *rec = held->head.rec;
	struct held **at = identity_bucket(table, held->list, rec->cpu, rec->sequence);

	while (*at != held)
		at = &(*at)->same_identity;
	*at = held->same_identity;
}

static void unlink_connection(struct held_table *table, struct held *held)
{
	struct held **at = connection_bucket(table, held->list, held->head.rec);

	while (*at != held)
		at = &(*at)->same_connection;
	*at = held->same_connection;
}

void held_add(struct held_table *table, struct held_list *list, struct held *held)
{
	held->list = list;
	held->before = list->last;
	if (list->last)
		list->last->after = held;
	else
		list->first = held;
	list->last = held;
	held->arrival = table->arrivals++;
	table->bytes += held->size;
	link_identity(table, held);
	if (held->head.rec->kind == HDRTAP_KIND_REQUEST)
		link_connection(table, held);
}

void held_add_interim(struct held_table *table, struct held *request, struct held *interim)
{
	if (request->interims)
		request->interims->head.next = &interim->head;
	else
		request->interim = interim;
	if (request->interims)
		request->interims->after = interim;
	request->interims = interim;
	request->interim_count++;
	table->bytes += interim->size;
}

void held_remove(struct held_table *table, struct held *held)
{
	struct held_list *list = held->list;

	*(held->before ? &held->before->after : &list->first) = held->after;
	*(held->after ? &held->after->before : &list->last) = held->before;
	held->before = held->after = NULL;
	unlink_identity(table, held);
	if (held->head.rec->kind == HDRTAP_KIND_REQUEST)
		unlink_connection(table, held);
	table->bytes -= held->size;
	for (const struct held *interim = held->interim; interim; interim = interim->after)
		table->bytes -= interim->size;
}

void held_free(struct held *held)
{
	struct held *interim = held ? held->interim : NULL, *next;

	for (; interim; interim = next) {
		next = interim->after;
		free(interim);
	}
	free(held);
}

struct held *held_find(const struct held_table *table, const struct held_list *list, __u8 kind,
		       __u16 cpu, __u64 sequence)
{
	struct held *held = *identity_bucket(table, list, cpu, sequence);

	for (; held; held = held->same_identity)
		if (held->head.rec->sequence == sequence && held->head.rec->cpu == cpu &&
		    held->head.rec->kind == kind && held->list == list)
			return held;
	return NULL;
}

/* As far as records tell: their place, addresses and ports. */
static bool one_connection(const struct hdrtap_record *a, const struct hdrtap_record *b)
{
	return a->source_port == b->source_port && a->destination_port == b->destination_port &&
	       a->ifindex == b->ifindex && a->direction == b->direction &&
	       !memcmp(a->source, b->source, sizeof(a->source)) &&
	       !memcmp(a->destination, b->destination, sizeof(a->destination)) &&
	       !memcmp(a->vlan, b->vlan, sizeof(a->vlan)) &&
	       !memcmp(a->tunnel_id, b->tunnel_id, sizeof(a->tunnel_id));
}

/* Connections of tenants may have all of that in common; the parser, too, tells them apart by that
 * their numbers are further apart. */
static bool is_in_front(const struct held *a, const struct held *b)
{
	return a->list == b->list && a->arrival < b->arrival &&
	       b->head.rec->tcp_sequence - a->head.rec->tcp_sequence - 1 < NEAR &&
	       one_connection(a->head.rec, b->head.rec);
}

struct held *held_in_front(const struct held_table *table, const struct held *request)
{
	struct held *held = *connection_bucket(table, request->list, request->head.rec);

	for (; held; held = held->same_connection)
		if (is_in_front(held, request))
			return held;
	return NULL;
}
