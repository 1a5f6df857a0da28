/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What Debian's libh2o has of picohttpparser, without packaging a header that declares it.
 */
#ifndef HDRTAP_TEST_PICOHTTPPARSER_H
#define HDRTAP_TEST_PICOHTTPPARSER_H

#include <stddef.h>

struct phr_header {
	const char *name;
	size_t name_length;
	const char *value;
	size_t value_length;
};

/* Returns the length of the request head, -1: it is wrong, -2: it is not whole. */
int phr_parse_request(const char *text, size_t length, const char **method, size_t *method_length,
		      const char **path, size_t *path_length, int *minor_version,
		      struct phr_header *headers, size_t *header_count, size_t last_length);

#endif
