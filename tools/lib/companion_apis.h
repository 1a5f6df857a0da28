/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The documents that APIs are named by: options that several companions have.
 */
#ifndef HDRTAP_TOOLS_LIB_COMPANION_APIS_H
#define HDRTAP_TOOLS_LIB_COMPANION_APIS_H

#include "api/api_names.h"
#include "option/option_table.h"
#include "option/option_value.h"

struct companion_apis {
	struct option_list openapi; /* --openapi */
	struct option_list lists;   /* --apis */
};

/* Rows for a part of the tool's table, with the offset of its struct companion_apis; `live`: they
 * are read again on SIGHUP. */
extern const struct option_row companion_apis_rows[];

/* Reads the documents. Returns 0 or -errno (reported, with the place in the document). `*names` is
 * to be freed in any case. */
int companion_apis_read(struct api_names **names, const struct companion_apis *apis);

#endif
