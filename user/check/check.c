/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The order is that of a capture: may we, can the kernel, what is the interface, who is there.
 */
#include "check/check.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/capability.h"
#include "attach/permission.h"
#include "base/error.h"
#include "base/printable.h"
#include "check/check_kernel.h"
#include "check/check_link.h"
#include "check/check_place.h"
#include "check/check_programs.h"
#include "check/check_report.h"

static void check_capabilities(struct check *check)
{
	char names[CAPABILITY_NAMES_MAX];

	capabilities_missing(names, sizeof(names));
	if (names[0]) {
		check_say(check, CHECK_STOP, "capabilities",
			  "%s missing; run hdrtap as root, or grant them", names);
		return;
	}
	check_say(check, CHECK_OK, "capabilities", "all that a capture requires");
	check->permitted = !permission_refused(permission_try());
	if (!check->permitted)
		check_say(check, CHECK_STOP, "permission", "%s", permission_reason());
}

/* Only -i knows it. */
static int refuse_any(void)
{
	return fail(EINVAL, "option --check: any is no interface; name one, see -D");
}

int check_interface(const char *name, const struct check_options *options)
{
	struct check check = {
		.hook = options->hook,
		.last = options->last,
		.promiscuous = options->promiscuous && capability_effective(CAP_NET_RAW),
	};
	int err =
		strcmp(name, INTERFACE_ANY) ? interface_find(&check.interface, name) : refuse_any();

	if (err)
		return err;
	check_capabilities(&check);
	check_kernel(&check);
	check_link(&check);
	check_place(&check);
	check_programs(&check);
	return check.stopped ? -EOPNOTSUPP : 0;
}

int check_list(void)
{
	static const char *const link[] = { [INTERFACE_ETHERNET] = "Ethernet",
					    [INTERFACE_IP] = "IP",
					    [INTERFACE_OTHER] = "not supported" };
	struct interface *list = NULL;
	size_t count = 0, i;
	int err = interface_list(&list, &count);

	for (i = 0; i < count; i++) {
		unsigned int programs = check_count(&list[i]);
		char name[PRINTABLE_SIZE(IF_NAMESIZE)];

		printf("%-15s %-4s %s%s", printable(name, sizeof(name), list[i].name),
		       list[i].up ? "up" : "down", link[list[i].link],
		       list[i].loopback ? ", loopback" : "");
		if (programs)
			printf(", %u attached", programs);
		putchar('\n');
	}
	free(list);
	return err;
}
