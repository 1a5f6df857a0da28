/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Other vocabularies for lines of JSON: `--profile`. Each is an out_rewrite for the objects of
 * sink_json.c, whose own names are those of OpenTelemetry.
 */
#ifndef HDRTAP_USER_PROFILE_H
#define HDRTAP_USER_PROFILE_H

#include "view/out.h"

void profile_ecs(struct out *out);     /* Elastic Common Schema */
void profile_zeek(struct out *out);    /* Zeek's http.log */
void profile_apipark(struct out *out); /* variables of APIPark's gateway, Apinto */

#endif
