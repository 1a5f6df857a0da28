/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Descriptions are the log's own; to users their structure is not known.
 */
#ifndef HDRTAP_USER_LIBRARY_DESCRIPTION_H
#define HDRTAP_USER_LIBRARY_DESCRIPTION_H

#include <hdrtap/log.h>

#include "log_read/log_description.h"

static inline const struct run_meta *description_meta(const struct hdrtap_description *description)
{
	return &((const struct log_description *)description)->meta;
}

/* A slot's name as users know it. NULL: there is no such slot. */
const char *description_slot_name(const struct run_meta *meta, unsigned int slot);

/* The slot of that name, HDRTAP_SLOT_NONE when there is none. */
unsigned int description_slot(const struct run_meta *meta, const char *name);

#endif
