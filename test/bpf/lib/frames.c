/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "frames.h"

#include <dirent.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/packet/packet.h>

#include "capture/pcap_file.h"
#include "wire.h"

/* Memory is not what is tested. */
static void *have(void *memory)
{
	if (memory)
		return memory;
	printf("FAIL set_up: out of memory\n");
	exit(1);
}

void frames_add(struct frames *frames, const void *bytes, __u32 length, __u8 direction)
{
	struct frame frame = { have(malloc(length)), length, direction };

	memcpy(frame.bytes, bytes, length);
	if (frames->count == frames->room) {
		frames->room = frames->room * 2 + 64;
		frames->list = have(realloc(frames->list, frames->room * sizeof(frame)));
	}
	frames->list[frames->count++] = frame;
}

void frames_remove(struct frames *frames, size_t at)
{
	free(frames->list[at].bytes);
	frames->count--;
	memmove(&frames->list[at], &frames->list[at + 1],
		(frames->count - at) * sizeof(*frames->list));
}

void frames_clear(struct frames *frames)
{
	while (frames->count)
		free(frames->list[--frames->count].bytes);
}

void frames_free(struct frames *frames)
{
	frames_clear(frames);
	free(frames->list);
	memset(frames, 0, sizeof(*frames));
}

/* --- capture files --- */

static void add_packet(struct frames *frames, const struct native_packet *packet)
{
	__u32 header = packet->link == NATIVE_ETHERNET ? 0 : WIRE_ETHERNET;
	__u16 protocol = packet->protocol;
	__u8 bytes[FRAME_MAX];

	if (packet->captured + header > FRAME_MAX || packet->captured + header <= WIRE_ETHERNET)
		return;
	if (!protocol)
		protocol =
			packet->data[0] >> 4 == 6 ? HDRTAP_ETHERTYPE_IPV6 : HDRTAP_ETHERTYPE_IPV4;
	if (header)
		wire_ethernet(bytes, protocol);
	memcpy(bytes + header, packet->data, packet->captured);
	frames_add(frames, bytes, packet->captured + header, 0);
}

int frames_read(struct frames *frames, const char *path)
{
	const struct pcap_file_options options = { .path = path, .input.signal_fd = -1 };
	struct native_packet packet;
	struct pcap_file *file;

	if (pcap_file_open(&file, &options))
		return -1;
	while (pcap_file_next(file, &packet) == 1)
		add_packet(frames, &packet);
	pcap_file_close(file);
	return 0;
}

int frames_write(const struct frames *frames, const char *path)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
	pcap_dumper_t *file = pcap ? pcap_dump_open(pcap, path) : NULL;
	struct pcap_pkthdr header = { .ts.tv_sec = 1700000000 };

	for (size_t i = 0; file && i < frames->count; i++) {
		header.caplen = header.len = frames->list[i].length;
		header.ts.tv_usec = i;
		pcap_dump((u_char *)file, &header, frames->list[i].bytes);
	}
	if (file)
		pcap_dump_close(file);
	if (pcap)
		pcap_close(pcap);
	return file ? 0 : -1;
}

static int is_capture(const struct dirent *entry)
{
	return strstr(entry->d_name, ".pcap") != NULL;
}

int captures_each(const char *directory, void *context,
		  void (*each)(void *context, const char *path, const char *file))
{
	struct dirent **entries;
	char path[1024];
	int count = scandir(directory, &entries, is_capture, alphasort);

	if (count < 0)
		return 0;
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		each(context, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count;
}
