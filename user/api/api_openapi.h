/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Templates from an OpenAPI document (api_names_add_openapi()). Of JSON, too, libyaml makes the
 * tree: it knows the line and column of every node.
 */
#ifndef HDRTAP_USER_API_OPENAPI_H
#define HDRTAP_USER_API_OPENAPI_H

#include "api/api_file.h"
#include "api/api_templates.h"

/* May change the file's bytes. Returns 0, or -errno with a message. */
int api_openapi_add(struct api_templates *t, struct api_file *file, const char *host,
		    struct message *message);

#endif
