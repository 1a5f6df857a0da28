/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/base/error.c and user/run/meta.c: messages are one line; a run's description is filled,
 * extended and copied. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/error.h"
#include "run/meta.h"
#include "said.h"

Test(meta, messages_are_one_line)
{
	int result;

	said_begin();
	result = fail(ENOENT, "cannot open %s: no such file", "a\nb\r\x1b[31m\x7f");
	cr_assert_str_eq(said_end(), "hdrtap: cannot open a?b??[31m?: no such file\n");
	cr_assert_eq(result, -ENOENT);
	said_begin();
	warn_line("%d lost", 3);
	cr_assert_str_eq(said_end(), "hdrtap: 3 lost\n");
}

Test(meta, long_messages_are_cut)
{
	static char name[3000];
	const char *said;

	memset(name, 'x', sizeof(name) - 1);
	said_begin();
	fail(EIO, "%s", name);
	said = said_end();
	cr_assert(said_line(said, "xxx"));
	cr_assert_lt(strlen(said), 1100);
}

Test(meta, init)
{
	char host[65] = "", boot[40] = "";
	struct run_meta a, b;
	FILE *file;

	memset(&a, 0xaa, sizeof(a));
	cr_assert_eq(run_meta_init(&a), 0);
	cr_assert_eq(run_meta_init(&b), 0);
	cr_assert(memcmp(a.run_id, b.run_id, sizeof(a.run_id)));
	gethostname(host, sizeof(host) - 1);
	cr_assert_str_eq(a.host, host);
	file = fopen("/proc/sys/kernel/random/boot_id", "r");
	cr_assert(file && fscanf(file, "%39s", boot) == 1);
	fclose(file);
	cr_assert_str_eq(a.boot_id, boot);
	cr_assert_eq(strlen(a.boot_id), 36);
	cr_assert_eq(a.key_id, 0);
	cr_assert_eq(a.slot_count, 2);
	cr_assert_str_eq(a.slot[HDRTAP_SLOT_TARGET].name, "");
	cr_assert_eq(a.slot[HDRTAP_SLOT_TARGET].max, 256);
	cr_assert(a.slot[HDRTAP_SLOT_TARGET].active && a.slot[HDRTAP_SLOT_METHOD].active);
}
