// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The rival: what a program of a hundred lines does with libpcap and picohttpparser. It knows no
 * connections: every TCP segment that begins like a request is parsed by itself, and a line is
 * written per request that is whole in it.
 *
 *	hdrtap-bench-pico -r FILE | -i INTERFACE
 *	hdrtap-bench-pico -0 FILE       reads and does nothing
 *
 * At the end, or after SIGINT or SIGTERM, the number of requests stands on stderr. Ethernet and
 * IPv4 only.
 */
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../picohttpparser.h"

#define BUFFER      (64 << 20) /* bytes of the kernel's ring */
#define HEADERS_MAX 64

static const char *const wanted[] = { "host",         "user-agent",      "referer",
				      "content-type", "x-forwarded-for", "x-request-id" };
static pcap_t *handle;
static unsigned long requests;

static void print_wanted(const struct phr_header *header)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (strlen(wanted[i]) == header->name_length &&
		    !strncasecmp(wanted[i], header->name, header->name_length))
			printf(" %s=%.*s", wanted[i], (int)header->value_length, header->value);
}

static void parse(const char *text, size_t length)
{
	struct phr_header headers[HEADERS_MAX];
	size_t count = HEADERS_MAX, method_length, path_length, i;
	const char *method, *path;
	int minor;

	if (*text < 'A' || *text > 'Z' ||
	    phr_parse_request(text, length, &method, &method_length, &path, &path_length, &minor,
			      headers, &count, 0) < 0)
		return;
	requests++;
	printf("%.*s %.*s", (int)method_length, method, (int)path_length, path);
	for (i = 0; i < count; i++)
		print_wanted(&headers[i]);
	putchar('\n');
}

static void packet(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	size_t ip = 14, tcp, payload, end;

	(void)user;
	if (header->caplen < ip + 40 || data[12] != 8 || data[13] || data[ip + 9] != 6)
		return;
	tcp = ip + (data[ip] & 15) * 4;
	end = ip + (data[ip + 2] << 8 | data[ip + 3]);
	if (end > header->caplen)
		end = header->caplen;
	if (tcp + 20 > end)
		return;
	payload = tcp + (data[tcp + 12] >> 4) * 4;
	if (payload < end)
		parse((const char *)data + payload, end - payload);
}

static void nothing(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	(void)user, (void)header, (void)data;
}

static void stop(int number)
{
	(void)number;
	pcap_breakloop(handle);
}

static pcap_t *open_live(const char *interface, char *error)
{
	pcap_t *live = pcap_create(interface, error);

	if (!live)
		return NULL;
	pcap_set_snaplen(live, 65535);
	pcap_set_buffer_size(live, BUFFER);
	pcap_set_timeout(live, 100);
	if (pcap_activate(live) >= 0)
		return live;
	snprintf(error, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(live));
	pcap_close(live);
	return NULL;
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE] = "usage: hdrtap-bench-pico -r|-0 FILE, -i INTERFACE";
	struct sigaction action = { .sa_handler = stop };
	struct pcap_stat statistics;

	if (argc == 3 && (!strcmp(argv[1], "-r") || !strcmp(argv[1], "-0")))
		handle = pcap_open_offline(argv[2], error);
	else if (argc == 3 && !strcmp(argv[1], "-i"))
		handle = open_live(argv[2], error);
	if (!handle) {
		fprintf(stderr, "hdrtap-bench-pico: %s\n", error);
		return 1;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	fprintf(stderr, "listening on %s\n", argv[2]);
	pcap_loop(handle, -1, argv[1][1] == '0' ? nothing : packet, NULL);
	fprintf(stderr, "%lu requests\n", requests);
	if (argv[1][1] == 'i' && !pcap_stats(handle, &statistics))
		fprintf(stderr, "%u lost\n", statistics.ps_drop);
	pcap_close(handle);
	return 0;
}
