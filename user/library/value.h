/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The values of a record. <hdrtap/log.h> declares the accessors.
 */
#ifndef HDRTAP_USER_LIBRARY_VALUE_H
#define HDRTAP_USER_LIBRARY_VALUE_H

#include "library/record.h"

/* The stored bytes of the first value of that slot. NULL: there is none. `length` may be NULL. */
const char *value_first(const struct hdrtap_rec *rec, unsigned int slot, size_t *length);

#endif
