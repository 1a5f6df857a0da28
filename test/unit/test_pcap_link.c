/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Link types of captures: each with IPv4 and IPv6, whole and cut inside its header. */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "captures.h"
#include "said.h"

#define REQUEST "GET /link HTTP/1.1\r\nHost: a.example\r\n\r\n"

static struct outcome out;

struct row {
	const char *what;
	__u32 linktype;
	int version; /* of IP */
	__u8 direction;
	__u32 ifindex;
	__u32 size; /* of the header, 0 with Ethernet: packet_ethernet() */
	const char *header;
};

#define NONE                   HDRTAP_DIRECTION_NONE
#define IN                     HDRTAP_DIRECTION_RECEIVE
#define OUT                    HDRTAP_DIRECTION_TRANSMIT
#define COOKED(type, protocol) "\0" type "\0\x01\0\x06\x02\0\0\0\0\x01\0\0" protocol
#define COOKED2(protocol, type) \
	protocol "\0\0\x00\x01\x02\x03\0\x01" type "\x06\x02\0\0\0\0\x01\0\0"

#define SIX         "\2\0\0\0\0\1"
#define TWELVE      SIX SIX
#define ADDRESSES   TWELVE SIX
#define SNAP(type)  "\xaa\xaa\x03\0\0\0" type
#define WIFI(begin) begin "\0\0" ADDRESSES "\0\0" SNAP("\x08\0")

static const struct row rows[] = {
	{ "Ethernet, IPv4", 1, 4, NONE, 0, 14, "\2\0\0\0\0\2\2\0\0\0\0\1\x08\x00" },
	{ "Ethernet, IPv6", 1, 6, NONE, 0, 14, "\2\0\0\0\0\2\2\0\0\0\0\1\x86\xdd" },
	{ "Ethernet, VLAN", 1, 4, NONE, 0, 18, "\2\0\0\0\0\2\2\0\0\0\0\1\x81\0\0\x07\x08\x00" },
	{ "raw, IPv4", 101, 4, NONE, 0, 0, "" },
	{ "raw, IPv6", 101, 6, NONE, 0, 0, "" },
	{ "IPv4", 228, 4, NONE, 0, 0, "" },
	{ "IPv6", 229, 6, NONE, 0, 0, "" },
	{ "cooked, to us", 113, 4, IN, 0, 16, COOKED("\0", "\x08\x00") },
	{ "cooked, broadcast", 113, 4, IN, 0, 16, COOKED("\1", "\x08\x00") },
	{ "cooked, multicast", 113, 6, IN, 0, 16, COOKED("\2", "\x86\xdd") },
	{ "cooked, to another host", 113, 6, IN, 0, 16, COOKED("\3", "\x86\xdd") },
	{ "cooked, from us", 113, 4, OUT, 0, 16, COOKED("\4", "\x08\x00") },
	{ "cooked, another type", 113, 4, NONE, 0, 16, COOKED("\7", "\x08\x00") },
	{ "cooked, VLAN", 113, 4, IN, 0, 20, COOKED("\0", "\x81\x00\x00\x07\x08\x00") },
	{ "cooked, LLC", 113, 4, IN, 0, 24, COOKED("\0", "\0\4\xaa\xaa\x03\0\0\0\x08\0") },
	{ "cooked v2, to us", 276, 4, IN, 0x010203, 20, COOKED2("\x08\x00", "\0") },
	{ "cooked v2, to another host", 276, 6, IN, 0x010203, 20, COOKED2("\x86\xdd", "\3") },
	{ "cooked v2, from us", 276, 6, OUT, 0x010203, 20, COOKED2("\x86\xdd", "\4") },
	{ "null, little-endian, IPv4", 0, 4, NONE, 0, 4, "\2\0\0\0" },
	{ "null, big-endian, IPv4", 0, 4, NONE, 0, 4, "\0\0\0\2" },
	{ "null, NetBSD, IPv6", 0, 6, NONE, 0, 4, "\x18\0\0\0" },
	{ "null, FreeBSD, IPv6", 0, 6, NONE, 0, 4, "\x1c\0\0\0" },
	{ "null, Darwin, IPv6", 0, 6, NONE, 0, 4, "\x1e\0\0\0" },
	{ "null, big-endian, IPv6", 0, 6, NONE, 0, 4, "\0\0\0\x1e" },
	{ "loop, IPv4", 108, 4, NONE, 0, 4, "\0\0\0\2" },
	{ "loop, IPv6", 108, 6, NONE, 0, 4, "\0\0\0\x18" },
	{ "PPP", 9, 4, NONE, 0, 2, "\0\x21" },
	{ "PPP, framed", 9, 6, NONE, 0, 4, "\xff\x03\0\x57" },
	{ "PPP, short", 9, 4, NONE, 0, 1, "\x21" },
	{ "PPP, from us", 204, 4, OUT, 0, 5, "\1\xff\x03\0\x21" },
	{ "PPP, to us", 204, 4, IN, 0, 5, "\0\xff\x03\0\x21" },
	{ "pppd", 166, 6, OUT, 0, 4, "\1\x03\0\x57" },
	{ "PPPoE", 51, 4, NONE, 0, 8, "\x11\0\0\7\0\x60\0\x21" },
	{ "Cisco HDLC", 104, 4, NONE, 0, 4, "\x0f\0\x08\0" },
	{ "PPP or Cisco HDLC", 50, 6, NONE, 0, 4, "\x8f\0\x86\xdd" },
	{ "Frame Relay", 107, 4, NONE, 0, 4, "\x18\x41\x03\xcc" },
	{ "Frame Relay, long address", 107, 6, NONE, 0, 6, "\x18\x40\x40\x41\x03\x8e" },
	{ "802.11", 105, 4, NONE, 0, 32, WIFI("\x08\1") },
	{ "802.11, QoS", 105, 6, NONE, 0, 34, "\x88\2\0\0" ADDRESSES "\0\0\0\0" SNAP("\x86\xdd") },
	{ "802.11, four addresses", 105, 4, NONE, 0, 38,
	  "\x08\3\0\0" ADDRESSES "\0\0" SIX SNAP("\x08\0") },
	{ "radiotap", 127, 4, NONE, 0, 40, "\0\0\x08\0\0\0\0\0" WIFI("\x08\1") },
	{ "radiotap, flags", 127, 4, NONE, 0, 41, "\0\0\x09\0\2\0\0\0\0" WIFI("\x08\1") },
	{ "PPI, 802.11", 192, 4, NONE, 0, 40, "\0\0\x08\0\x69\0\0\0" WIFI("\x08\1") },
	{ "PPI, raw", 192, 6, NONE, 0, 8, "\0\0\x08\0\x0c\0\0\0" },
	{ "NFLOG", 239, 4, NONE, 0, 8, "\2\0\0\0\xff\0\x09\0" },
	{ "NFLOG, big-endian", 239, 6, NONE, 0, 16, "\x0a\0\0\0\0\x08\0\2\0\0\0\0\0\xff\0\x09" },
	{ "ERF, Ethernet", 197, 4, NONE, 0, 32,
	  "\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0" TWELVE "\x08\0" },
	{ "Juniper, PPP", 179, 4, IN, 0, 6, "\x4d\x47\x43\1\0\x21" },
	{ "Juniper, no link", 178, 6, OUT, 0, 8, "\x4d\x47\x43\2\2\0\0\0" },
	{ "LLC", 100, 4, NONE, 0, 8, SNAP("\x08\0") },
	{ "FDDI", 10, 6, NONE, 0, 21, "\x50" TWELVE SNAP("\x86\xdd") },
	{ "tag of a switch", 281, 4, NONE, 0, 18, TWELVE "\x20\0\0\1\x08\0" },
	{ "enc", 109, 4, NONE, 0, 12, "\2\0\0\0\0\0\0\1\0\0\0\0" },
	{ "pflog", 117, 6, NONE, 0, 8, "\6\x18\0\0\0\0\0\0" },
};

static void make(struct packet *p, const struct row *row)
{
	p->size = 0;
	packet_put(p, row->header, row->size);
	if (row->version == 4)
		packet_ipv4_tcp(p, REQUEST);
	else
		packet_ipv6_tcp(p, REQUEST);
}

static void run_cut(const struct packet *p, __u32 linktype, __u32 captured)
{
	static struct capture_file f;

	f.size = 0;
	pcap_file(&f, linktype);
	pcap_record(&f, p, captured);
	memset(&out, 0, sizeof(out));
	capture_run(&out, &f, NULL);
}

Test(pcap_link, supported)
{
	struct packet p;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct hdrtap_record *rec = &out.record[0].rec;

		make(&p, row);
		run_cut(&p, row->linktype, p.size);
		cr_assert_eq(out.result, 0, "%s: %s", row->what, out.said);
		cr_assert_str_empty(out.said, "%s", row->what);
		cr_assert_eq(out.records, 1, "%s", row->what);
		cr_assert_eq(rec->direction, row->direction, "%s", row->what);
		cr_assert_eq(rec->ifindex, row->ifindex, "%s", row->what);
		cr_assert_eq(rec->source_port, 40000);
		cr_assert_eq(rec->source[0], row->version == 4 ? 0 : 0x20);
		cr_assert_eq(rec->head_length, strlen(REQUEST));
		cr_assert_eq(rec->vlan_count, strstr(row->what, "VLAN") ? 1 : 0);
		cr_assert_eq(rec->flags, HDRTAP_FLAG(RESYNC)); /* no handshake before it */
		cr_assert_eq(rec->hook, HDRTAP_HOOK_PCAP);
	}
}

/* A capture that is cut anywhere gives a packet with one outcome, and a record as soon as there is
 * a method and the start of a target. */
Test(pcap_link, cut_everywhere)
{
	struct packet p;
	__u32 n;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&p, &rows[i]);
		for (n = 0; n < p.size; n++) {
			run_cut(&p, rows[i].linktype, n);
			cr_assert_eq(out.result, 0, "%s at %u: %s", rows[i].what, n, out.said);
			cr_assert_eq(capture_packets(&out), 1, "%s at %u", rows[i].what, n);
			cr_assert_eq(out.records, n >= p.size - strlen(REQUEST) + strlen("GET /"),
				     "%s at %u", rows[i].what, n);
			if (out.records)
				cr_assert_eq(out.record[0].rec.flags,
					     HDRTAP_FLAG(SNAPLEN) | HDRTAP_FLAG(INCOMPLETE) |
						     HDRTAP_FLAG(RESYNC));
		}
	}
}

Test(pcap_link, not_ip)
{
	static const struct row others[] = {
		{ "Ethernet, ARP", 1, 4, 0, 0, 14, "\2\0\0\0\0\2\2\0\0\0\0\1\x08\x06" },
		{ "cooked, ARP", 113, 4, 0, 0, 16, COOKED("\0", "\x08\x06") },
		{ "cooked v2, ARP", 276, 4, 0, 0, 20, COOKED2("\x08\x06", "\0") },
		{ "null, AppleTalk", 0, 4, 0, 0, 4, "\x10\0\0\0" },
		{ "null, family 0", 0, 4, 0, 0, 4, "\0\0\0\0" },
		{ "null, nonsense", 0, 4, 0, 0, 4, "\2\1\1\1" },
		{ "loop, OSI", 108, 4, 0, 0, 4, "\0\0\0\x07" },
		{ "PPP, IPCP", 9, 4, 0, 0, 4, "\xff\x03\x80\x21" },
		{ "PPPoE, not version 1", 51, 4, 0, 0, 8, "\x12\0\0\7\0\x60\0\x21" },
		{ "802.11, protected", 105, 4, 0, 0, 32, WIFI("\x08\x41") },
		{ "802.11, to be continued", 105, 4, 0, 0, 32, WIFI("\x08\x05") },
		{ "802.11, beacon", 105, 4, 0, 0, 32, WIFI("\x80\0") },
		{ "802.11, no data", 105, 4, 0, 0, 32, WIFI("\x48\1") },
		{ "radiotap, too short", 127, 4, 0, 0, 40, "\0\0\x07\0\0\0\0\0" WIFI("\x08\1") },
		{ "radiotap, version 1", 127, 4, 0, 0, 40, "\1\0\x08\0\0\0\0\0" WIFI("\x08\1") },
		{ "PPI in PPI", 192, 4, 0, 0, 8, "\0\0\x08\0\xc0\0\0\0" },
		{ "PPI, unknown", 192, 4, 0, 0, 8, "\0\0\x08\0\xbd\0\0\0" },
		{ "NFLOG, version 1", 239, 4, 0, 0, 8, "\2\1\0\0\xff\0\x09\0" },
		{ "NFLOG, length 0", 239, 4, 0, 0, 8, "\2\0\0\0\0\0\1\0" },
		{ "ERF, ATM", 197, 4, 0, 0, 16, "\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0" },
		{ "no Juniper", 178, 4, 0, 0, 4, "\x4d\x47\x44\1" },
		{ "LLC, spanning tree", 100, 4, 0, 0, 8, "\x42\x42\x03\0\0\0\x08\0" },
	};
	struct packet p;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		make(&p, &others[i]);
		run_cut(&p, others[i].linktype, p.size);
		cr_assert_eq(out.result, 0);
		cr_assert_eq(out.records, 0, "%s", others[i].what);
		cr_assert_eq(out.accounts.kernel.count[HDRTAP_COUNTER_NOT_IP], 1, "%s",
			     others[i].what);
	}
}

Test(pcap_link, not_supported)
{
	struct packet p = { .size = 0 };

	packet_ipv4_tcp(&p, REQUEST);
	run_cut(&p, 189, p.size);
	cr_assert_eq(out.result, -ENOTSUP);
	cr_assert(said_line(out.said, "USB_LINUX (189"), "%s", out.said);
	cr_assert(said_line(out.said, "supported are Ethernet, raw IP"), "%s", out.said);
	run_cut(&p, 60000, p.size);
	cr_assert_eq(out.result, -ENOTSUP);
	cr_assert(said_line(out.said, "60000"), "%s", out.said);
	cr_assert_eq(out.described, 0);
}
