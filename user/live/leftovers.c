/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "leftovers.h"

#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "capability.h"
#include "clsact.h"
#include "error.h"
#include "interfaces.h"
#include "xdp.h"

/* Filters of ours that stay, or -errno. */
static int clear_filters(unsigned int ifindex, unsigned int *removed)
{
	struct clsact *clsact;
	int stay = clsact_open(&clsact);

	if (stay)
		return stay;
	stay = clsact_clear(clsact, ifindex, removed);
	clsact_close(clsact);
	return stay;
}

int leftovers_detach(const char *name)
{
	unsigned int removed = 0, running;
	struct interface interface;
	int err = interface_find(&interface, name), filters;

	if (err)
		return err;
	libbpf_set_print(NULL);
	running = xdp_clear(interface.index, &removed);
	filters = clear_filters(interface.index, &removed);
	if (filters < 0 && !capabilities_complete())
		return fail_not_permitted(-filters, "cannot detach");
	if (filters < 0)
		return fail(-filters, "cannot detach from %s: %s; 'tc filter' shows what is there",
			    name, strerror(-filters));
	printf("%s: %u left by captures that were killed, taken away; %u of captures that run\n",
	       name, removed, running + filters);
	return 0;
}
