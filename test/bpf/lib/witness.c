/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULTS_SAID 10

static void fault(struct witness *witness, const struct hdrtap_record *rec, const char *what)
{
	if (witness->faults++ >= FAULTS_SAID)
		return;
	printf("%s %s of connection %u, message %u, CPU %u, number %llu, flags %#llx: %s\n",
	       rec->flags & HDRTAP_FLAG(INCOMPLETE) ? "part of a" : "a",
	       rec->kind == HDRTAP_KIND_REQUEST ? "request" : "response", talk_number(rec),
	       talk_message(rec), rec->cpu, rec->sequence, rec->flags, what);
	printf("    %u values, head length %u:", rec->entry_count, rec->head_length);
	for (__u32 i = 0, at = 0; i < rec->entry_count; at += rec->entry[i++].stored)
		printf(" %u '%.*s'", rec->entry[i].slot, rec->entry[i].stored, rec->arena + at);
	printf("\n");
}

/* Room for one more; memory is not what is tested. */
static void *grow(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return list;
	*room = count * 2 + 1024;
	list = realloc(list, *room * size);
	if (list)
		return list;
	printf("FAIL set_up: out of memory\n");
	exit(1);
}

void witness_begin(struct witness *witness, __u32 connections, bool once)
{
	size_t room = 0;

	memset(witness, 0, sizeof(*witness));
	witness->once = once;
	if (!once)
		return;
	witness->seen = grow(NULL, &room, connections * 2ul * TALK_MESSAGES, 1);
	memset(witness->seen, 0, room);
}

static void note_flags(struct witness *witness, __u64 flags)
{
	witness->records++;
	witness->whole += !(flags & HDRTAP_FLAG(INCOMPLETE));
	witness->incomplete += !!(flags & HDRTAP_FLAG(INCOMPLETE));
	witness->evicted += !!(flags & HDRTAP_FLAG(EVICTED));
	witness->resync += !!(flags & HDRTAP_FLAG(RESYNC));
	witness->gap += !!(flags & HDRTAP_FLAG(GAP));
	witness->timeout += !!(flags & HDRTAP_FLAG(TIMEOUT));
}

static void note_number(struct witness *witness, unsigned int cpu, const struct hdrtap_record *rec)
{
	struct witness_request **requests = &witness->requests[cpu];

	if (rec->cpu != cpu)
		fault(witness, rec, "it came from another CPU than it says");
	if (rec->sequence != witness->next[cpu] && !witness->lost)
		fault(witness, rec, "its number is not the next one of its CPU");
	*requests = grow(*requests, &witness->room[cpu], rec->sequence, sizeof(**requests));
	for (; witness->next[cpu] <= rec->sequence; witness->next[cpu]++)
		(*requests)[witness->next[cpu]] = (struct witness_request){ 0 };
	(*requests)[rec->sequence] = (struct witness_request){
		talk_number(rec),
		rec->kind == HDRTAP_KIND_REQUEST,
	};
}

static void note_pair(struct witness *witness, const struct hdrtap_record *rec)
{
	if (rec->kind != HDRTAP_KIND_RESPONSE || !rec->paired_method ||
	    rec->flags & (HDRTAP_FLAG(UNSOLICITED) | HDRTAP_FLAG(UNPAIRED) | HDRTAP_FLAG(EARLY)))
		return;
	witness->pairs = grow(witness->pairs, &witness->pairs_room, witness->paired,
			      sizeof(*witness->pairs));
	witness->pairs[witness->paired++] = (struct witness_pair){
		talk_number(rec),
		rec->paired_cpu,
		rec->paired_sequence,
	};
}

static void note_message(struct witness *witness, const struct hdrtap_record *rec)
{
	__u8 *seen = &witness->seen[(talk_number(rec) * 2 + rec->kind - 1) * TALK_MESSAGES +
				    talk_message(rec)];

	if (rec->flags & HDRTAP_FLAG(INCOMPLETE))
		return;
	if (*seen)
		fault(witness, rec, "it was seen before");
	*seen = 1;
}

void witness_record(struct witness *witness, unsigned int cpu, const struct hdrtap_record *rec)
{
	char why[TALK_WHY_MAX];
	const char *foreign = talk_foreign(rec, why);

	note_flags(witness, rec->flags);
	witness->others += rec->element_set & 1;
	if (rec->flags & HDRTAP_FLAG(EVICTED) && !(rec->flags & HDRTAP_FLAG(INCOMPLETE)))
		fault(witness, rec, "evicted, but not incomplete");
	if (foreign)
		fault(witness, rec, foreign);
	else if (witness->once)
		note_message(witness, rec);
	note_number(witness, cpu, rec);
	note_pair(witness, rec);
}

/* Whether the request named is one of this connection; one whose record was lost is not known. */
static void check_pair(struct witness *witness, const struct witness_pair *pair)
{
	const struct witness_request *request;

	if (witness->limited && pair->sequence == HDRTAP_SEQUENCE_NONE)
		return;
	if (pair->cpu >= WITNESS_CPUS || pair->sequence >= witness->next[pair->cpu]) {
		witness->faults += !witness->lost;
		return;
	}
	request = &witness->requests[pair->cpu][pair->sequence];
	if (request->request ? request->number == pair->number : witness->lost)
		return;
	if (witness->faults++ < FAULTS_SAID)
		printf("a response of connection %u names record %llu of CPU %u: a %s of %u\n",
		       pair->number, pair->sequence, pair->cpu,
		       request->request ? "request" : "response", request->number);
}

void witness_end(struct witness *witness)
{
	for (size_t i = 0; i < witness->paired; i++)
		check_pair(witness, &witness->pairs[i]);
	for (int cpu = 0; cpu < WITNESS_CPUS; cpu++)
		free(witness->requests[cpu]);
	free(witness->pairs);
	free(witness->seen);
}
