/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * README's table "Where to attach", by the kinds of rtnetlink(7). test/net/places.sh tries its
 * rows.
 */
#include "check/check_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 16

struct place {
	const char *kinds[KINDS_MAX]; /* of struct interface; a NULL behind the last */
	const char *name;             /* NULL: the kind */
	const char *sees;
	enum check_level level;
};

static const struct place places[] = {
	{ { "" },
	  "network card",
	  "packets from and to this host, and those it forwards; on a mirror port, while "
	  "promiscuous, what it receives",
	  CHECK_OK },
	{ { "bond", "team" }, NULL, "the packets of all interfaces that it is made of", CHECK_OK },
	{ { "vlan" }, "VLAN", "packets of this VLAN", CHECK_OK },
	{ { "macvlan", "macvtap", "ipvlan", "ipvtap" },
	  NULL,
	  "its own packets; what its siblings say to each other is received on the interface below",
	  CHECK_OK },
	{ { "veth", "netkit" },
	  NULL,
	  "what its peer sends is received; packets that a program hands over by "
	  "bpf_redirect_peer do not pass here",
	  CHECK_OK },
	{ { "tun" }, NULL, "what the program behind it sends is received", CHECK_OK },
	{ { "ifb" },
	  NULL,
	  "what is redirected to it, as transmitted; the interface it comes from shows it, too",
	  CHECK_NOTE },
	{ { "vxlan", "geneve", "gre", "gretap", "ip6gre", "ip6gretap", "erspan", "ip6erspan",
	    "ipip", "ip6tnl", "sit", "vti", "gtp", "ppp", "wireguard" },
	  "tunnel",
	  "what is inside; on the interface below it is in its tunnel",
	  CHECK_OK },
};

static bool is_of(const struct place *place, const char *kind)
{
	for (size_t i = 0; place->kinds[i]; i++)
		if (!strcmp(place->kinds[i], kind))
			return true;
	return false;
}

static void say_bridge(struct check *check)
{
	if (check->promiscuous)
		check_say(check, CHECK_OK, "place",
			  "bridge: what its ports exchange, as received, because hdrtap makes it "
			  "promiscuous; and what this host sends and receives over it");
	else
		check_say(check, CHECK_NOTE, "place",
			  "bridge: only what this host sends and receives over it; to see what its "
			  "ports exchange, make it promiscuous: without -p, and with CAP_NET_RAW");
}

/* Its members are where its packets are seen. */
static void say_vrf(struct check *check)
{
	struct interface *list = NULL;
	char members[512] = "";
	size_t count = 0, at = 0;

	interface_list(&list, &count);
	for (size_t i = 0; i < count; i++)
		if (list[i].master == check->interface.index && at < sizeof(members))
			at += snprintf(members + at, sizeof(members) - at, "%s%s", at ? ", " : "",
				       list[i].name);
	free(list);
	check_say(check, CHECK_STOP, "place",
		  "VRF: its packets pass no hook here; capture on its members: %s",
		  at ? members : "it has none");
}

static void say_kind(struct check *check)
{
	const char *kind = check->interface.kind;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const struct place *place = &places[i];

		if (is_of(place, kind)) {
			check_say(check, place->level, "place", "%s: %s",
				  place->name ? place->name : kind, place->sees);
			return;
		}
	}
	check_say(check, CHECK_OK, "place", "%s: packets that pass it", kind);
}

/* Of what the interface is part of. Returns whether that says all about it. */
static bool say_part(struct check *check)
{
	struct interface master;

	if (!check->interface.master || interface_of(&master, check->interface.master))
		return false;
	if (!strcmp(master.kind, "vrf")) {
		check_say(check, CHECK_OK, "place",
			  "member of VRF %s: its packets are seen here, not there", master.name);
		return false;
	}
	if (!strcmp(master.kind, "bond") || !strcmp(master.kind, "team"))
		check_say(check, CHECK_NOTE, "place",
			  "part of %s %s: its share of the packets, possibly one half of a "
			  "connection; capture on %s to see all",
			  master.kind, master.name, master.name);
	else
		check_say(check, CHECK_OK, "place",
			  "port of %s %s: what passes this port; what its other end sends is "
			  "received",
			  master.kind, master.name);
	return true;
}

void check_place(struct check *check)
{
	if (say_part(check))
		return;
	if (check->interface.loopback)
		check_say(check, CHECK_OK, "place",
			  "loopback: each packet passes twice and is parsed once, as received");
	else if (!strcmp(check->interface.kind, "bridge"))
		say_bridge(check);
	else if (!strcmp(check->interface.kind, "vrf"))
		say_vrf(check);
	else
		say_kind(check);
}
