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
	table->identity = calloc(HELD_BUCKETS, sizeof(struct held_list));
	table->connection = calloc(HELD_BUCKETS, sizeof(struct held_list));
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

static struct held_list *identity_bucket(const struct held_table *table,
					 const struct held_list *list, __u16 cpu, __u64 sequence)
{
	return &table->identity[bucket_of(mix((uintptr_t)list ^ cpu, sequence))];
}

static struct held_list *connection_bucket(const struct held_table *table,
					   const struct held_list *list,
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
	struct hdrtap_record *copy;

	if (!held)
		return NULL;
	*held = (struct held){ .size = size };
	copy = memcpy(held->record, rec, record_filled(rec, record_size));
	if (copy->arena_used > record_size - HDRTAP_RECORD_HEAD)
		copy->arena_used = record_size - HDRTAP_RECORD_HEAD;
	if (interface)
		strncpy(held->interface, interface, sizeof(held->interface) - 1);
	held->head = (struct transaction_head){
		.rec = copy,
		.utc_offset = utc_offset,
		.interface = interface ? held->interface : NULL,
	};
	return held;
}

static void add_link(struct held_list *list, struct held_link *link, struct held *held)
{
	*link = (struct held_link){ .before = list->last, .held = held };
	*(list->last ? &list->last->after : &list->first) = link;
	list->last = link;
}

static void remove_link(struct held_list *list, struct held_link *link)
{
	*(link->before ? &link->before->after : &list->first) = link->after;
	*(link->after ? &link->after->before : &list->last) = link->before;
}

void held_add(struct held_table *table, struct held_list *list, struct held *held)
{
	const struct hdrtap_record *rec = held->head.rec;

	held->list = list;
	held->arrival = table->arrivals++;
	table->bytes += held->size;
	add_link(list, &held->in_run, held);
	add_link(identity_bucket(table, list, rec->cpu, rec->sequence), &held->in_identity, held);
	if (rec->kind == HDRTAP_KIND_REQUEST)
		add_link(connection_bucket(table, list, rec), &held->in_connection, held);
}

void held_add_interim(struct held_table *table, struct held *request, struct held *interim)
{
	struct held *last = request->interims;

	if (last) {
		last->next = interim;
		last->head.next = &interim->head;
	} else {
		request->interim = interim;
	}
	request->interims = interim;
	request->interim_count++;
	table->bytes += interim->size;
}

void held_remove(struct held_table *table, struct held *held)
{
	const struct hdrtap_record *rec = held->head.rec;
	struct held_list *list = held->list;

	remove_link(list, &held->in_run);
	remove_link(identity_bucket(table, list, rec->cpu, rec->sequence), &held->in_identity);
	if (rec->kind == HDRTAP_KIND_REQUEST)
		remove_link(connection_bucket(table, list, rec), &held->in_connection);
	table->bytes -= held->size;
	for (const struct held *interim = held->interim; interim; interim = interim->next)
		table->bytes -= interim->size;
}

void held_free(struct held *held)
{
	struct held *interim = held ? held->interim : NULL, *next;

	for (; interim; interim = next) {
		next = interim->next;
		free(interim);
	}
	free(held);
}

struct held *held_find(const struct held_table *table, const struct held_list *list, __u8 kind,
		       __u16 cpu, __u64 sequence)
{
	const struct held_link *link = identity_bucket(table, list, cpu, sequence)->first;

	for (; link; link = link->after) {
		const struct hdrtap_record *rec = link->held->head.rec;

		if (rec->sequence == sequence && rec->cpu == cpu && rec->kind == kind &&
		    link->held->list == list)
			return link->held;
	}
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
	return a->list == b->list &&
	       b->head.rec->tcp_sequence - a->head.rec->tcp_sequence - 1 < NEAR &&
	       one_connection(a->head.rec, b->head.rec);
}

struct held *held_in_front(const struct held_table *table, const struct held *request)
{
	const struct held_link *link =
		connection_bucket(table, request->list, request->head.rec)->first;

	for (; link->held != request; link = link->after)
		if (is_in_front(link->held, request))
			return link->held;
	return NULL;
}
