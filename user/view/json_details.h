/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is known of a head beside its values, as keys of an object. Inside the room.
 */
#ifndef HDRTAP_USER_JSON_DETAILS_H
#define HDRTAP_USER_JSON_DETAILS_H

#include "view/json_values.h"

/* When, between whom, where seen, of what kind: the beginning of the object of one head, or of one
 * transaction. */
void json_put_place(struct json_sink *sink, const struct view *view);
void json_put_transaction_place(struct json_sink *sink, const struct view_transaction *transaction);

/* The end of the object of one head. */
void json_put_details(struct json_sink *sink, const struct hdrtap_record *rec);

/* The end of the object of a transaction: a key that is of the response's head is
 * hdrtap.response.*, a key that is of the request's has no `response` in it. */
void json_put_transaction_details(struct json_sink *sink,
				  const struct view_transaction *transaction);

#endif
