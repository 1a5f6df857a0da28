/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Texts stand one behind the other in a ring of bytes. Where each is stands in a table in which a
 * reference has one place: records of a CPU are numbered one by one, so those seen last do not
 * meet there.
 */
#include "view/text_requests.h"

#include <stdlib.h>
#include <string.h>

#define PLACES     8192      /* a power of two; the numbers of about as many records */
#define RING_BYTES (1 << 19) /* of texts of 64 bytes as many */
#define TEXT_MAX   (RING_BYTES / 8)
#define CPU_STEP   6151 /* so many places apart are CPUs that have seen as much */

struct place {
	struct text_reference of;
	__u32 size; /* of the text; 0: there is none */
	__u64 at;   /* bytes that were written before it */
};

struct text_requests {
	__u64 written; /* bytes, in all */
	struct place place[PLACES];
	__u8 ring[RING_BYTES];
};

struct text_requests *text_requests_new(void)
{
	return calloc(1, sizeof(struct text_requests));
}

void text_requests_free(struct text_requests *requests)
{
	free(requests);
}

static size_t place_of(struct text_reference request)
{
	return (request.sequence + (__u64)request.cpu * CPU_STEP) % PLACES;
}

void text_requests_add(struct text_requests *requests, struct text_reference request,
		       struct view_bytes text)
{
	struct place *place = &requests->place[place_of(request)];
	size_t at = requests->written % RING_BYTES;

	if (text.size > TEXT_MAX)
		return;
	if (text.size > RING_BYTES - at) {
		requests->written += RING_BYTES - at;
		at = 0;
	}
	memcpy(requests->ring + at, text.bytes, text.size);
	*place = (struct place){ request, text.size, requests->written };
	requests->written += text.size;
}

struct view_bytes text_requests_find(const struct text_requests *requests,
				     struct text_reference request)
{
	const struct place *place = &requests->place[place_of(request)];

	if (!place->size || place->of.sequence != request.sequence ||
	    place->of.cpu != request.cpu || place->of.run != request.run ||
	    requests->written - place->at > RING_BYTES)
		return (struct view_bytes){ 0 };
	return (struct view_bytes){ requests->ring + place->at % RING_BYTES, place->size };
}
