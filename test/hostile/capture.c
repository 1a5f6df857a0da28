/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Flows of capture files. The reassembly here shares nothing with the parser under test: it finds
 * TCP by itself, keeps every segment, and delivers bytes when all before them were delivered. A
 * stream ends where bytes are missing.
 */
#include "flow.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pcap_file.h"

#define TCP_FIN 1
#define TCP_SYN 2

struct bytes {
	const __u8 *at;
	size_t left;
};

/* One packet's TCP segment. */
struct segment {
	__u8 address[2][16];
	__u16 port[2];
	__u32 sequence;
	__u8 flags;
	const __u8 *payload;
	size_t length;
};

/* A segment that waits for those before it. */
struct waiting {
	__u32 sequence;
	size_t length;
	__u8 *payload;
};

struct waitings {
	struct waiting *list;
	size_t count, room;
};

struct side {
	int known; /* the next byte's sequence number is */
	__u32 next;
	struct waitings waitings;
};

struct connection {
	__u8 address[2][16]; /* FROM_CLIENT: who is taken for the client */
	__u16 port[2];
	int syn; /* who that is was told by SYN */
	struct side side[2];
	size_t flow; /* its number */
};

struct connections {
	struct connection *list;
	size_t count, room;
};

/* --- from a packet to its segment --- */

static unsigned int be16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static int pass(struct bytes *b, size_t size)
{
	if (b->left < size)
		return 0;
	b->at += size;
	b->left -= size;
	return 1;
}

static int read_tcp(struct bytes b, struct segment *s)
{
	size_t header;

	if (b.left < 20)
		return 0;
	header = (b.at[12] >> 4) * 4;
	s->port[0] = be16(b.at);
	s->port[1] = be16(b.at + 2);
	s->sequence = (__u32)be16(b.at + 4) << 16 | be16(b.at + 6);
	s->flags = b.at[13];
	if (header < 20 || !pass(&b, header))
		return 0;
	s->payload = b.at;
	s->length = b.left;
	return 1;
}

static int read_ipv4(struct bytes b, struct segment *s)
{
	size_t header, total;

	if (b.left < 20)
		return 0;
	header = (b.at[0] & 15) * 4;
	total = be16(b.at + 2);
	if (header < 20 || be16(b.at + 6) & 0x3fff || b.at[9] != 6)
		return 0;
	if (total && total < b.left)
		b.left = total;
	memcpy(s->address[0] + 12, b.at + 12, 4);
	memcpy(s->address[1] + 12, b.at + 16, 4);
	return pass(&b, header) && read_tcp(b, s);
}

static int read_ipv6(struct bytes b, struct segment *s)
{
	size_t length;

	if (b.left < 40)
		return 0;
	length = be16(b.at + 4);
	if (b.at[6] != 6) /* extension headers are tested elsewhere */
		return 0;
	memcpy(s->address, b.at + 8, 32);
	pass(&b, 40);
	if (length && length < b.left)
		b.left = length;
	return read_tcp(b, s);
}

static int read_packet(const struct native_packet *packet, struct segment *s)
{
	struct bytes b = { packet->data, packet->captured };
	unsigned int type = packet->protocol;

	memset(s, 0, sizeof(*s));
	if (packet->link == NATIVE_ETHERNET) {
		if (!pass(&b, 14))
			return 0;
		type = be16(b.at - 2);
	}
	while (type == 0x8100 || type == 0x88a8) {
		if (!pass(&b, 4))
			return 0;
		type = be16(b.at - 2);
	}
	if (!b.left)
		return 0;
	if (type == 0x0800 || (!type && b.at[0] >> 4 == 4))
		return read_ipv4(b, s);
	if (type == 0x86dd || (!type && b.at[0] >> 4 == 6))
		return read_ipv6(b, s);
	return 0;
}

/* --- connections --- */

static int goes(const struct connection *c, const struct segment *s, int direction)
{
	int to = !direction;

	return !memcmp(c->address[direction], s->address[0], 16) &&
	       !memcmp(c->address[to], s->address[1], 16) && c->port[direction] == s->port[0] &&
	       c->port[to] == s->port[1];
}

/* Who does not say "HTTP/" first is taken for the client when no SYN tells. */
static int sent_by_server(const struct segment *s)
{
	if (s->flags & TCP_SYN)
		return !!(s->flags & 0x10);
	return s->length >= 5 && !memcmp(s->payload, "HTTP/", 5);
}

static struct connection *connection_add(struct connections *all, const struct segment *s)
{
	int from = sent_by_server(s);
	struct connection *c = VECTOR_ADD(all);

	memset(c, 0, sizeof(*c));
	memcpy(c->address[from], s->address[0], 16);
	memcpy(c->address[!from], s->address[1], 16);
	c->port[from] = s->port[0];
	c->port[!from] = s->port[1];
	return c;
}

/* The newest connection of these addresses, to which a SYN with another number does not belong. */
static struct connection *connection_find(struct connections *all, const struct segment *s,
					  int *direction)
{
	for (size_t i = all->count; i-- > 0;) {
		struct connection *c = &all->list[i];

		for (*direction = 0; *direction < 2; ++*direction) {
			if (!goes(c, s, *direction))
				continue;
			if ((s->flags & 0x12) == TCP_SYN && c->side[*direction].known &&
			    s->sequence + 1 != c->side[*direction].next)
				return NULL;
			return c;
		}
	}
	return NULL;
}

/* --- reassembly --- */

static void deliver(struct flow *flow, struct side *side, int direction, const struct waiting *w)
{
	__u32 seen = side->next - w->sequence; /* bytes of it that are there already */

	if (seen >= w->length)
		return;
	flow_say(flow, direction, w->payload + seen, w->length - seen);
	side->next += w->length - seen;
}

static int is_due(const struct side *side, const struct waiting *w)
{
	return (__s32)(w->sequence - side->next) <= 0;
}

static void deliver_waiting(struct flow *flow, struct side *side, int direction)
{
	struct waitings *all = &side->waitings;

	for (size_t i = 0; i < all->count; i++) {
		if (!is_due(side, &all->list[i]))
			continue;
		deliver(flow, side, direction, &all->list[i]);
		free(all->list[i].payload);
		all->list[i] = all->list[--all->count];
		i = -1; /* from the start again */
	}
}

static void take_segment(struct flow *flow, struct connection *c, int direction,
			 const struct segment *s)
{
	struct side *side = &c->side[direction];
	struct waiting w = { s->sequence + !!(s->flags & TCP_SYN), s->length, NULL };

	if (!side->known) {
		side->known = s->flags & TCP_SYN || s->length;
		side->next = w.sequence;
	}
	if (!s->length)
		return;
	w.payload = malloc(s->length);
	if (!w.payload)
		die("out of memory");
	memcpy(w.payload, s->payload, s->length);
	*VECTOR_ADD(&side->waitings) = w;
	deliver_waiting(flow, side, direction);
}

static void connections_free(struct connections *all)
{
	for (size_t i = 0; i < all->count; i++) {
		for (int d = 0; d < 2; d++) {
			struct waitings *waitings = &all->list[i].side[d].waitings;

			for (size_t j = 0; j < waitings->count; j++)
				free(waitings->list[j].payload);
			free(waitings->list);
		}
	}
	free(all->list);
}

/* --- files --- */

static struct pcap_file *open_capture(const char *path)
{
	const struct pcap_file_options options = { .path = path, .input.signal_fd = -1 };
	struct pcap_file *file;

	if (pcap_file_open(&file, &options))
		die("%s cannot be read", path);
	return file;
}

static const char *base_of(char *to, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(to, size, "%s", slash ? slash + 1 : path);
	*strstr(to, ".pcap") = 0;
	return to;
}

static void take_packet(struct flows *flows, struct connections *all, const char *folder,
			const char *base, const struct segment *s)
{
	int direction;
	struct connection *c = connection_find(all, s, &direction);

	if (!c) {
		c = connection_add(all, s);
		direction = sent_by_server(s);
		c->flow = flows->count;
		flow_add(flows, folder, base, all->count);
	}
	take_segment(&flows->list[c->flow], c, direction, s);
}

void flows_of_capture(struct flows *flows, const char *folder, const char *path)
{
	struct connections all = { 0 };
	struct pcap_file *file = open_capture(path);
	struct native_packet packet;
	struct segment segment;
	char base[256];

	base_of(base, sizeof(base), path);
	while (pcap_file_next(file, &packet) == 1)
		if (read_packet(&packet, &segment))
			take_packet(flows, &all, folder, base, &segment);
	connections_free(&all);
	pcap_file_close(file);
}

static int is_capture(const struct dirent *entry)
{
	return strstr(entry->d_name, ".pcap") != NULL;
}

size_t flows_of_directory(struct flows *flows, const char *folder, const char *directory)
{
	struct dirent **entries;
	char path[2048];
	int count = scandir(directory, &entries, is_capture, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		flows_of_capture(flows, folder, path);
		free(entries[i]);
	}
	if (count < 0)
		return 0;
	free(entries);
	return count;
}
