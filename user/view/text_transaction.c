/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "view/text_transaction.h"

#include "transaction/transaction_sink.h"
#include "view/text_fields.h"

static void add_arrow(struct text_sink *text)
{
	out_text(&text->view.out, " " TEXT_ARROW);
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

	if (request)
		host = text_add_request(text, request);
	else
		out_text(&text->view.out, transaction_end_word(transaction->end));
	add_statuses(text, transaction);
	if (request)
		add_fields(text, request, host);
	if (response)
		add_response_fields(text, response, request);
}
