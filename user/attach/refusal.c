/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/refusal.h"

#include <errno.h>

#include "attach/interfaces.h"

bool refusal_is_for_caller(int err)
{
	return err == -ENODEV || err == -EMFILE || err == -ENFILE;
}

int refusal_of(int err, unsigned int ifindex)
{
	struct interface now;

	return interface_of(&now, ifindex) == -ENODEV ? -ENODEV : err;
}
