/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "attach/leftovers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/capability.h"
#include "attach/clsact.h"
#include "attach/interfaces.h"
#include "attach/xdp.h"
#include "base/error.h"

struct found {
	unsigned int removed;
	unsigned int running; /* of captures that run */
};

/* Adds filters of ours. Returns 0 or -errno. */
static int clear_filters(unsigned int ifindex, struct found *found)
{
	struct clsact *clsact;
	int stay = clsact_open(&clsact);

	if (stay)
		return stay;
	stay = clsact_clear(clsact, ifindex, &found->removed);
	clsact_close(clsact);
	if (stay < 0)
		return stay;
	found->running += stay;
	return 0;
}

static int clear_interface(const struct interface *interface, struct found *found)
{
	int err;

	found->running += xdp_clear(interface->index, &found->removed);
	err = clear_filters(interface->index, found);
	if (err && !capabilities_complete())
		return fail_not_permitted(-err, "cannot detach");
	if (err)
		return fail(-err,
			    "cannot detach from %s: %s; see what is attached with 'tc "
			    "filter'",
			    interface->name, strerror(-err));
	return 0;
}

/* The interface, or all there are. `*list` is to be freed. Returns 0 or -errno (reported). */
static int find(const char *name, struct interface **list, size_t *count)
{
	if (!strcmp(name, INTERFACE_ANY))
		return interface_list(list, count);
	*count = 1;
	*list = calloc(1, sizeof(**list));
	if (!*list)
		return fail(ENOMEM, "cannot detach: out of memory; free some memory");
	return interface_find(*list, name);
}

int leftovers_detach(const char *name)
{
	struct interface *list = NULL;
	struct found found = { 0 };
	size_t count = 0;
	int err = find(name, &list, &count);

	for (size_t i = 0; i < count && !err; i++)
		err = clear_interface(&list[i], &found);
	free(list);
	if (!err)
		printf("%s: removed %u programs of killed captures; %u programs of "
		       "running captures remain\n",
		       name, found.removed, found.running);
	return err;
}
