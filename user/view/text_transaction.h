/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A line of text for a request and what came of it.
 */
#ifndef HDRTAP_USER_TEXT_TRANSACTION_H
#define HDRTAP_USER_TEXT_TRANSACTION_H

#include "view/text_line.h"

/* The request, then an arrow and the status of each response to it, or how it ended without one;
 * then the header fields of both. A response alone says so first. */
void text_add_transaction(struct text_sink *text, const struct view_transaction *transaction);

#endif
