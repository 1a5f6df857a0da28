/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Files that are no capture hdrtap reads, but known.
 */
#ifndef HDRTAP_USER_PCAP_FOREIGN_H
#define HDRTAP_USER_PCAP_FOREIGN_H

#include <stddef.h>

#include <hdrtap/types.h>

#define PCAP_FOREIGN_MAX 8 /* bytes that tell */

/* What a file is, and what makes a capture of it: to stand behind "cannot read FILE: " with "; "
 * between them. */
struct pcap_foreign {
	const char *what, *advice;
};

/* By the first bytes. NULL: it is not known. */
const struct pcap_foreign *pcap_foreign_find(const __u8 *begin, size_t size);

#endif
