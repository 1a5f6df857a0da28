/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Terms, one by one.
 */
#ifndef HDRTAP_USER_WHERE_TERMS_H
#define HDRTAP_USER_WHERE_TERMS_H

#include "where/where_program.h"

/* What a term is for a transaction. */
enum where_value where_term_value(const struct where_term *term,
				  const struct where_transaction *transaction);

#endif
