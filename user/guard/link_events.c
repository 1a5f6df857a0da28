/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What does not show in a list of what is there now is told apart: that an index was used again,
 * that an interface was down for a moment. Everything else does, so events of a storm that the
 * socket had no room for are not missed.
 */
#include "guard/link_events.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/error.h"

#define GROUPS RTMGRP_LINK

struct link_events {
	struct mnl_socket *netlink;
};

struct reader {
	link_event event;
	void *context;
};

int link_events_open(struct link_events **to)
{
	struct link_events *events = calloc(1, sizeof(*events));

	if (events)
		events->netlink = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (events && events->netlink &&
	    !mnl_socket_bind(events->netlink, GROUPS, MNL_SOCKET_AUTOPID)) {
		*to = events;
		return 0;
	}
	link_events_close(events);
	return fail(errno,
		    "cannot watch the interfaces: %s; check that there is enough "
		    "free memory",
		    strerror(errno));
}

void link_events_close(struct link_events *events)
{
	if (!events)
		return;
	if (events->netlink)
		mnl_socket_close(events->netlink);
	free(events);
}

int link_events_fd(const struct link_events *events)
{
	return mnl_socket_get_fd(events->netlink);
}

/* A bridge's ports come and go with the same messages, of family AF_BRIDGE. */
static int on_message(const struct nlmsghdr *message, void *context)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(message);
	const struct reader *reader = context;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(*link)) || link->ifi_family != AF_UNSPEC)
		return MNL_CB_OK;
	if (message->nlmsg_type == RTM_DELLINK)
		reader->event(reader->context, link->ifi_index, true);
	if (message->nlmsg_type == RTM_NEWLINK && link->ifi_change & IFF_UP)
		reader->event(reader->context, link->ifi_index, false);
	return MNL_CB_OK;
}

int link_events_read(struct link_events *events, link_event event, void *context)
{
	char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct reader reader = { event, context };
	ssize_t length;

	for (;;) {
		length = mnl_socket_recvfrom(events->netlink, buffer, sizeof(buffer));
		if (length >= 0)
			mnl_cb_run(buffer, length, 0, 0, on_message, &reader);
		else if (errno == EAGAIN)
			return 0;
		else if (errno != ENOBUFS && errno != EINTR)
			return fail(errno,
				    "cannot read events of the interfaces: %s; restart hdrtap",
				    strerror(errno));
	}
}
