/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which interfaces a capture is attached to or waits to be, and at which directions of each. They
 * are attached to by live_attach.h; what becomes of them later is live_follow.h's, and of the
 * programs there live_watch.h's.
 */
#ifndef HDRTAP_USER_LIVE_INTERFACES_H
#define HDRTAP_USER_LIVE_INTERFACES_H

#include "attach/interfaces.h"
#include "share/live_options.h"

struct link_events;
struct promiscuous;

/* Whether packets reach the programs, at a direction of an interface: see unreached.h. */
struct live_reached {
	__u64 reached;  /* packets that did, when that number changed last */
	__u32 passed;   /* packets that the interface had counted then */
	bool begun;     /* the numbers are known */
	bool suspected; /* that none does, at the last look */
	bool said;
};

struct live_interface {
	struct interface interface;  /* as it was looked at last */
	__u32 directions;            /* mask of 1 << HDRTAP_DIRECTION_* */
	struct attach_report report; /* when attached */
	bool named;                  /* with -i, not by "any" alone */
	bool first;                  /* it was there at the start */
	bool waiting;                /* to be attached */
	bool attached;               /* neither: it could not be, which was reported */
	bool promiscuous;            /* promiscuous_begin() was called */
	bool gone;                   /* it is not this interface any more */
	bool turned;                 /* it went down or came up since then */
	__u64 retry;                 /* CLOCK_BOOTTIME, ns: when to try again, 0: once it changes */
	__u64 pause;                 /* ns: before the next try after that one */
	__u64 told;                  /* CLOCK_BOOTTIME, ns: when it was said that others took its
					programs away, 0: never */
	struct live_reached reached[HDRTAP_DIRECTION_MAX];
	char told_name[IF_NAMESIZE]; /* the last that was told, "": none */
};

/* Who reads the records learns what an interface is called from now on, "" when it is gone. Returns
 * 0 or -errno (reported). */
typedef int (*live_tell_name)(void *context, unsigned int ifindex, const char *name);

/* How much was said of programs that others took away. */
struct live_told {
	__u64 since; /* CLOCK_BOOTTIME, ns: the first line */
	unsigned int lines;
	unsigned int untold; /* interfaces that there was no line for */
};

struct live_interfaces {
	const struct live_options *options;
	struct link_events *events;
	size_t count;
	size_t room;
	struct live_interface *list;     /* owned, in the order of their indexes */
	size_t waiting;                  /* of them */
	struct attach *attach;           /* from live_attach_begin() on, as what follows */
	struct promiscuous *promiscuous; /* those that were named; NULL: none */
	live_tell_name tell_name;
	void *context;
	bool listening;  /* the start is over: all that were there were tried */
	int refused;     /* -errno of the last that could not be attached to, 0: none */
	bool blocked;    /* no file can be opened: those that wait go on waiting */
	bool said_short; /* which was reported */
	bool changed;    /* an event came that was not looked after */
	__u64 look;      /* CLOCK_BOOTTIME, ns: not before it */
	size_t watched;  /* place in the list where to go on looking for programs */
	__u64 taken;     /* programs that others took away */
	struct live_told told;
};

/*
 * Looks up what the options name, each interface once, and begins to watch for changes. All wait to
 * be attached. Loopback gives one direction, reception, because the same packet passes both:
 * transmission only when that alone is asked for. Returns 0 or -errno (reported); to be freed in
 * any case. `options` must stay.
 */
int live_interfaces_find(struct live_interfaces *to, const struct live_options *options);

/*
 * Adds one that is to be attached, unless it is there. One whose packets cannot be read is said to
 * be left out. Returns 1 when it was added, 0, or -errno (reported).
 */
int live_interfaces_add(struct live_interfaces *to, const struct interface *interface, bool named);

/* The one of that index, NULL: none. */
struct live_interface *live_interfaces_at(struct live_interfaces *interfaces, unsigned int index);

/* Tells the names that are new. Returns 0 or -errno (reported). */
int live_interfaces_tell_names(struct live_interfaces *interfaces);

/* Tells that one is gone, if its name was told. */
void live_interface_forget(struct live_interfaces *interfaces, const struct live_interface *gone);

/* How many are attached. */
size_t live_interfaces_attached(const struct live_interfaces *interfaces);

/* Where its packets are looked at, in words: "veth0 (tc receive)". Of static storage. */
const char *live_interface_words(const struct live_interface *interface);

void live_interfaces_free(struct live_interfaces *interfaces);

#endif
