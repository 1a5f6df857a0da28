/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/text_transaction.h"

#include <string.h>

#include "transaction/transaction_sink.h"
#include "view/text_fields.h"

#define STATUSES_MAX 256 /* bytes of statuses that a line is cut for */

static void add_arrow(struct text_sink *text)
{
	out_char(&text->view.out, ' ');
	out_text(&text->view.out, text->width.arrow);
}

static void add_statuses(struct text_sink *text, const struct view_transaction *transaction)
{
	struct out *out = &text->view.out;

	for (const struct transaction_head *i = transaction->interim; i; i = i->next) {
		add_arrow(text);
		out_char(out, ' ');
		text_add_status(text, i->rec);
	}
	add_arrow(text);
	out_char(out, ' ');
	if (transaction->response)
		text_add_status(text, transaction->response->rec);
	else
		out_text(out, transaction_end_word(transaction->end));
}

/*
 * What came of a request is what its line is read for: on a terminal that is too narrow, the
 * request is cut, not the statuses behind it.
 */
static void fit_statuses(struct text_sink *text, size_t begin)
{
	char statuses[STATUSES_MAX];
	struct out *out = &text->view.out;
	size_t size = out->used - begin;
	unsigned int columns;

	if (!text->width.columns || text->options.verbose || size > sizeof(statuses))
		return;
	columns = text_width_columns(out, begin);
	memcpy(statuses, out->bytes + begin, size);
	out->used = begin;
	text_width_cut(&text->width, out, columns);
	out_bytes(out, statuses, size);
}

static void add_fields(struct text_sink *text, const struct view *view,
		       const struct view_value *host)
{
	if (!text->options.brief && !text->options.verbose)
		text_add_fields(text, view, host);
	text_add_flags(text, view, text->options.verbose > 1);
}

/* Behind those of the request, from which an arrow divides them. */
static void add_response_fields(struct text_sink *text, const struct view *response,
				const struct view *request)
{
	struct out *out = &text->view.out;
	size_t before = out->used, begin;

	if (request)
		add_arrow(text);
	begin = out->used;
	add_fields(text, response, NULL);
	if (out->used == begin)
		out->used = before;
}

void text_add_transaction(struct text_sink *text, const struct view_transaction *transaction)
{
	const struct view *request = transaction->request, *response = transaction->response;
	const struct view_value *host = NULL;
	size_t begin;

	if (request)
		host = text_add_request(text, request);
	else
		out_text(&text->view.out, transaction_end_word(transaction->end));
	begin = text->view.out.used;
	add_statuses(text, transaction);
	fit_statuses(text, begin);
	if (request)
		add_fields(text, request, host);
	if (response)
		add_response_fields(text, response, request);
}
