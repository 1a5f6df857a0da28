/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/error_out.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include <hdrtap/types.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/timed_write.h"

#define HURRY_NS 1000000000ULL

static atomic_bool hurried;
static atomic_bool stuck; /* the reader did not take the last message */

void error_out_hurry(bool hurry)
{
	hurried = hurry;
}

static bool may_wait(__u64 since)
{
	if (ending_overdue())
		return false;
	return !hurried || (!stuck && clock_boottime() - since < HURRY_NS);
}

void error_out(const char *bytes, size_t size)
{
	__u64 begin = clock_boottime();

	while (size) {
		bool wait = may_wait(begin);
		ssize_t wrote = timed_write(STDERR_FILENO, bytes, size, wait ? TIMED_WRITE_MS : 0);

		if (wrote > 0) {
			bytes += wrote;
			size -= wrote;
		} else if (!wait || (wrote && wrote != -EAGAIN)) {
			break;
		}
	}
	stuck = size;
}
