/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which interfaces a capture is attached to, and at which directions of each. What becomes of them
 * later is live_follow.h's.
 */
#ifndef HDRTAP_USER_LIVE_INTERFACES_H
#define HDRTAP_USER_LIVE_INTERFACES_H

#include "attach/interfaces.h"
#include "share/live_options.h"

struct link_events;

struct live_interface {
	struct interface interface;  /* as it was looked at last */
	__u32 directions;            /* mask of 1 << HDRTAP_DIRECTION_* */
	struct attach_report report; /* when attached */
	bool attached;               /* 0: it could not be, which was reported */
	bool gone;                   /* an event said so */
	char told[IF_NAMESIZE];      /* the name that was told last, "": none */
};

/* Who reads the records learns what an interface is called from now on, "" when it is gone. Returns
 * 0 or -errno (reported). */
typedef int (*live_tell_name)(void *context, unsigned int ifindex, const char *name);

struct live_interfaces {
	const struct live_options *options;
	struct link_events *events;
	size_t count;
	struct live_interface *list; /* owned */
	struct attach *attach;       /* from live_interfaces_attach() on, as what follows */
	live_tell_name tell_name;
	void *context;
};

/*
 * Looks up what the options name, each interface once, and begins to watch. Loopback gives one
 * direction, reception, because the same packet passes both: transmission only when that alone is
 * asked for. Returns 0 or -errno (reported); to be freed in any case. `options` must stay.
 */
int live_interfaces_find(struct live_interfaces *to, const struct live_options *options);

/*
 * Tells the interfaces' names, then attaches to all that were found, and says on stderr what is
 * listened on. Returns 0 or -errno (reported). `attach` must stay.
 */
int live_interfaces_attach(struct live_interfaces *interfaces, struct attach *attach,
			   live_tell_name tell_name, void *context);

/* Adds one that is not attached to yet, unless it is there. Returns 0 or -errno (reported). */
int live_interfaces_add(struct live_interfaces *to, const struct interface *interface);

/* Tells the names that are new. Returns 0 or -errno (reported). */
int live_interfaces_describe(struct live_interfaces *interfaces);

/* Tells that one is gone, if its name was told. */
void live_interface_forget(struct live_interfaces *interfaces, const struct live_interface *gone);

/* Attaches to one that was added and whose name was told. Returns 0 or -errno (reported). */
int live_interface_attach(struct live_interfaces *interfaces, struct live_interface *to);

/* Where its packets are looked at, in words: "veth0 (tc receive)". Of static storage. */
const char *live_interface_words(const struct live_interface *interface);

void live_interfaces_free(struct live_interfaces *interfaces);

#endif
