/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "companion_apis.h"

#include <errno.h>

#include "base/error.h"

#define FIELD(member) .field = offsetof(struct companion_apis, member)

const struct option_row companion_apis_rows[] = {
	{ .help = "Names of APIs" },
	{ "--openapi", "openapi", "FILE",
	  "path templates of this OpenAPI document (3.x, 2.0; YAML, JSON), for the hosts that it "
	  "names (repeatable)",
	  option_parse_list, FIELD(openapi), .list = OPTION_REPEATED, .live = true },
	{ "--apis", "apis", "FILE",
	  "path templates of this list, one a line: [METHOD] [HOST]/path/{name} (repeatable); "
	  "other paths are named by rule: /users/{n}; see hdrtap-apis(7)",
	  option_parse_list, FIELD(lists), .list = OPTION_REPEATED, .live = true },
	{ 0 },
};

int companion_apis_read(struct api_names **names, const struct companion_apis *apis)
{
	struct message message;
	int err = 0;

	*names = api_names_new();
	if (!*names)
		return fail(ENOMEM, "cannot read names of APIs: out of memory; free some memory");
	for (size_t i = 0; i < apis->openapi.count && !err; i++)
		err = api_names_add_openapi(*names, apis->openapi.item[i], NULL, &message);
	for (size_t i = 0; i < apis->lists.count && !err; i++)
		err = api_names_add_list(*names, apis->lists.item[i], &message);
	return err ? fail(-err, "%s", message.text) : 0;
}
