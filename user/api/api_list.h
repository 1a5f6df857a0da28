/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Templates from a list (api_names_add_list()).
 */
#ifndef HDRTAP_USER_API_LIST_H
#define HDRTAP_USER_API_LIST_H

#include "api/api_file.h"
#include "api/api_templates.h"

/* Returns 0, or -errno with a message. */
int api_list_add(struct api_templates *t, const struct api_file *file, struct message *message);

#endif
