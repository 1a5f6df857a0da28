/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fields of CSV lines, without the commas between them unless it says so. Inside the room.
 */
#ifndef HDRTAP_USER_CSV_FIELDS_H
#define HDRTAP_USER_CSV_FIELDS_H

#include "view/sink_view.h"

/* The inside of a field in quotes. */
void csv_add_escaped(struct out *out, const __u8 *bytes, size_t size);

/* When a head was seen; nothing when that is not known. */
void csv_add_moment(struct out *out, const struct view *view);

/* Where, with a comma behind. */
void csv_add_interface(struct out *out, const char *interface);

void csv_add_version(struct out *out, __u8 version);

/* Method and target of a request, two empty fields of a response. */
void csv_add_request(struct out *out, const struct view *view);

void csv_add_flags(struct out *out, __u64 flags);

/* The chosen elements, a comma in front of each; all are empty without a head (NULL). */
void csv_add_elements(struct view_sink *v, const struct view *view);

#endif
