/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "capture/pcap_foreign.h"

#include <string.h>

struct row {
	__u8 magic[PCAP_FOREIGN_MAX];
	__u8 size;
	struct pcap_foreign is;
};

#define CONVERT(what)                                             \
	{                                                         \
		what, "convert it first: editcap FILE NEW.pcapng" \
	}

#define TWICE                                                  \
	{                                                      \
		"it is compressed twice", "decompress it once" \
	}

static const struct row rows[] = {
	{ { 0xfd, '7', 'z', 'X', 'Z', 0 },
	  6,
	  { "it is compressed by xz", "decompress it first: xz -dc FILE | hdrtap -r -" } },
	{ { 'B', 'Z', 'h' },
	  3,
	  { "it is compressed by bzip2", "decompress it first: bzip2 -dc FILE | hdrtap -r -" } },
	{ { 0x5d, 0, 0 },
	  3,
	  { "it is compressed by lzma", "decompress it first: xz -dc FILE | hdrtap -r -" } },
	{ { 'L', 'Z', 'I', 'P' },
	  4,
	  { "it is compressed by lzip", "decompress it first: lzip -dc FILE | hdrtap -r -" } },
	{ { 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a },
	  8,
	  { "it is compressed by lzop", "decompress it first: lzop -dc FILE | hdrtap -r -" } },
	{ { 0x02, 0x21, 0x4c, 0x18 },
	  4,
	  { "it is compressed by lz4 in its old format",
	    "decompress it first: lz4 -dc FILE | hdrtap -r -" } },
	{ { 0x1f, 0x9d },
	  2,
	  { "it is compressed by compress", "decompress it first: gzip -dc FILE | hdrtap -r -" } },
	{ { 0x1f, 0x8b }, 2, TWICE },
	{ { 0x28, 0xb5, 0x2f, 0xfd }, 4, TWICE },
	{ { 0x04, 0x22, 0x4d, 0x18 }, 4, TWICE },
	{ { 'P', 'K', 3, 4 },
	  4,
	  { "it is a zip archive", "take the capture out of it: unzip -p FILE | hdrtap -r -" } },
	{ { '7', 'z', 0xbc, 0xaf, 0x27, 0x1c },
	  6,
	  { "it is a 7z archive", "take the capture out of it: 7z x -so FILE | hdrtap -r -" } },
	{ { 's', 'n', 'o', 'o', 'p', 0, 0, 0 }, 8, CONVERT("it is a capture of snoop") },
	{ { 'G', 'M', 'B', 'U' }, 4, CONVERT("it is a capture of Microsoft Network Monitor") },
	{ { 'R', 'T', 'S', 'S' }, 4, CONVERT("it is a capture of Microsoft Network Monitor") },
	{ { 'T', 'R', 'S', 'N', 'I', 'F', 'F', ' ' }, 8, CONVERT("it is a capture of a Sniffer") },
	{ { 'X', 'C', 'P', 0 }, 4, CONVERT("it is a capture of NetXRay") },
	{ { 0x1c, 0, 0x01, 0xac }, 4, CONVERT("it is a capture of an Ixia card") },
	{ { 0xac, 0x01, 0, 0x1c }, 4, CONVERT("it is a capture of an Ixia card") },
	{ { 0x1c, 0, 0x01, 0xab }, 4, CONVERT("it is a capture of an Ixia card") },
	{ { 0xab, 0x01, 0, 0x1c }, 4, CONVERT("it is a capture of an Ixia card") },
};

const struct pcap_foreign *pcap_foreign_find(const __u8 *begin, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (size >= rows[i].size && !memcmp(begin, rows[i].magic, rows[i].size))
			return &rows[i].is;
	return NULL;
}
