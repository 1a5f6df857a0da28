/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Flows made by hand, each for one thing that packets can do harm to, and the inputs of llhttp's
 * test cases.
 */
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* --- llhttp --- */

static void say_hex(struct flow *flow, __u8 direction, const char *text)
{
	unsigned int byte;

	for (__u8 c; sscanf(text, "%2x", &byte) == 1; text += 2) {
		c = byte;
		flow_say(flow, direction, &c, 1);
	}
}

/* Responses come once behind a request and once by themselves. */
static void add_case(struct flows *flows, const char *name, const char *hex, size_t number)
{
	int response = !strncmp(name, "response", 8);

	say_hex(flow_add(flows, "llhttp", name, number), response ? FROM_SERVER : FROM_CLIENT, hex);
	if (!response)
		return;
	flow_add(flows, "llhttp", name, number + 1000);
	flow_text(&flows->list[flows->count - 1], FROM_CLIENT, "GET /llhttp HTTP/1.1\r\n\r\n");
	say_hex(&flows->list[flows->count - 1], FROM_SERVER, hex);
}

void flows_of_llhttp(struct flows *flows, const char *script, const char *directory)
{
	char command[2048], name[256] = "", *line = NULL;
	size_t size = 0, number = 0;
	FILE *cases;

	snprintf(command, sizeof(command), "exec /usr/bin/python3 '%s' '%s'", script, directory);
	cases = popen(command, "r");
	while (cases && getline(&line, &size, cases) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "case %255[^:]", name) == 1)
			number++;
		else if (!strncmp(line, "input ", 6) && line[6] != '-')
			add_case(flows, name, line + 6, number);
	}
	free(line);
	if (!cases || pclose(cases) || !number)
		die("no llhttp cases: %s does not read %s", script, directory);
}

/* --- made --- */

static struct flow *made(struct flows *flows, const char *name)
{
	return flow_add(flows, "made", name, 0);
}

static void say_times(struct flow *flow, __u8 direction, const char *text, size_t times)
{
	while (times--)
		flow_text(flow, direction, text);
}

/* A head of 32 KiB: of many lines, of one value, of its target. */
static void long_heads(struct flows *flows)
{
	struct flow *flow = made(flows, "long-head-of-lines");

	flow_text(flow, FROM_CLIENT, "GET /lines HTTP/1.1\r\n");
	for (int i = 0; flow->stream[FROM_CLIENT].count < 32000; i++) {
		char line[64];

		snprintf(line, sizeof(line), "X-Line-%04d: value number %d\r\n", i, i);
		flow_text(flow, FROM_CLIENT, line);
	}
	flow_text(flow, FROM_CLIENT, "Host: behind.example\r\nUser-Agent: last\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "Content-Length: 0\r\n\r\n");

	flow = made(flows, "long-head-of-cookie");
	flow_text(flow, FROM_CLIENT, "GET /cookie HTTP/1.1\r\nHost: a.example\r\nCookie: a=");
	say_times(flow, FROM_CLIENT, "0123456789abcdef", 2000);
	flow_text(flow, FROM_CLIENT, "\r\nReferer: http://b.example/?token=secret&c=d\r\n\r\n");

	flow = made(flows, "long-head-of-target");
	flow_text(flow, FROM_CLIENT, "GET /target?a=b&password=");
	say_times(flow, FROM_CLIENT, "secret", 5000);
	flow_text(flow, FROM_CLIENT, "&q=1 HTTP/1.1\r\nHost: c.example\r\n\r\n");
}

/* Bodies full of what looks like heads, behind every kind of framing. */
static void false_heads(struct flows *flows)
{
	const char *inside = "GET /false HTTP/1.1\r\nHost: false.example\r\n\r\n"; /* 44 bytes */
	struct flow *flow = made(flows, "false-requests");

	flow_text(flow, FROM_CLIENT, "POST /1 HTTP/1.1\r\nContent-Length: 4400\r\n\r\n");
	say_times(flow, FROM_CLIENT, inside, 100);
	flow_text(flow, FROM_SERVER, OK "Content-Length: 4400\r\n\r\n");
	say_times(flow, FROM_SERVER, inside, 100);
	flow_text(flow, FROM_CLIENT, "POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 30; i++) {
		flow_text(flow, FROM_CLIENT, "2c;name=value\r\n");
		flow_text(flow, FROM_CLIENT, inside);
		flow_text(flow, FROM_CLIENT, "\r\n");
	}
	flow_text(flow, FROM_CLIENT, "0\r\nTrailer: yes\r\n\r\n");
	flow_text(flow, FROM_SERVER, "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n");
	flow_text(flow, FROM_CLIENT, "HEAD /3 HTTP/1.1\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "Content-Length: 4400\r\n\r\n");
	flow_text(flow, FROM_CLIENT, "GET /4 HTTP/1.1\r\n\r\n");
	flow_text(flow, FROM_SERVER, "HTTP/1.1 100 Continue\r\n\r\n" OK "\r\n");
	say_times(flow, FROM_SERVER, "HTTP/1.1 500 False\r\nContent-Length: 0\r\n\r\n", 60);
}

/* Many requests of few bytes, answered in order; the 4th is HEAD, the 7th has a body. */
static void pipeline(struct flows *flows)
{
	struct flow *flow = made(flows, "pipeline");

	for (int batch = 0; batch < 4; batch++) {
		for (int i = 0; i < 10; i++) {
			char line[128];

			snprintf(line, sizeof(line), "%s /%d/%d HTTP/1.1\r\n%s\r\n%s",
				 i == 3 ? "HEAD" : "GET", batch, i,
				 i == 6 ? "Content-Length: 5\r\n" : "", i == 6 ? "GET /" : "");
			flow_text(flow, FROM_CLIENT, line);
		}
		for (int i = 0; i < 10; i++) {
			flow_text(flow, FROM_SERVER, OK "Content-Length: 9\r\n\r\n");
			if (i != 3)
				flow_text(flow, FROM_SERVER, "123456789");
		}
	}
}

/* What is behind these heads is no HTTP. */
static void tunnels(struct flows *flows)
{
	struct flow *flow = made(flows, "connect");

	flow_text(flow, FROM_CLIENT, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "\r\n");
	flow_text(flow, FROM_CLIENT, "GET /tunnelled HTTP/1.1\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "Content-Length: 0\r\n\r\n");
	say_times(flow, FROM_CLIENT, "GET /tunnelled HTTP/1.1\r\n\r\n", 5);

	flow = made(flows, "upgrade");
	flow_text(flow, FROM_CLIENT,
		  "GET /socket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
	flow_text(flow, FROM_SERVER,
		  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
	say_times(flow, FROM_CLIENT, "GET /tunnelled HTTP/1.1\r\n\r\n", 5);
	say_times(flow, FROM_SERVER, OK "Content-Length: 0\r\n\r\n", 5);

	flow = made(flows, "connect-refused");
	flow_text(flow, FROM_CLIENT, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
	flow_text(flow, FROM_SERVER, "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nno\n");
	flow_text(flow, FROM_CLIENT, "GET /plain HTTP/1.1\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "Content-Length: 0\r\n\r\n");
}

/* Heads that never end, and a body that does not. */
static void cut_off(struct flows *flows)
{
	struct flow *flow = made(flows, "cut-head");

	flow_text(flow, FROM_CLIENT,
		  "GET /cut HTTP/1.1\r\nHost: cut.example\r\nUser-Agent: on and");
	flow = made(flows, "cut-target");
	flow_text(flow, FROM_CLIENT, "GET /cut-");
	say_times(flow, FROM_CLIENT, "0123456789", 30);
	flow = made(flows, "cut-response");
	flow_text(flow, FROM_CLIENT, "GET / HTTP/1.1\r\nHost: cut.example\r\n\r\n");
	flow_text(flow, FROM_SERVER, OK "Server: cut/1\r\nContent-");
	flow = made(flows, "cut-chunked");
	flow_text(flow, FROM_CLIENT, "POST /cut HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
	flow_text(flow, FROM_CLIENT, "ffff\r\nGET /false HTTP/1.1\r\n\r\n");
}

/* Large bodies, for reordering beyond what is ever held, and for sequence numbers that wrap. */
static void large_bodies(struct flows *flows)
{
	struct flow *flow = made(flows, "large-bodies");

	for (int i = 0; i < 3; i++) {
		flow_text(flow, FROM_CLIENT, "POST /up HTTP/1.1\r\nContent-Length: 20000\r\n\r\n");
		say_times(flow, FROM_CLIENT, "GET / HTTP/1.1\r\n\r\n..", 1000);
		flow_text(flow, FROM_SERVER, OK "Content-Length: 30000\r\n\r\n");
		say_times(flow, FROM_SERVER, "HTTP/1.1 200 OK\r\n..x\r\n\r\n||||||", 1000);
	}
}

void flows_made(struct flows *flows)
{
	long_heads(flows);
	false_heads(flows);
	pipeline(flows);
	tunnels(flows);
	cut_off(flows);
	large_bodies(flows);
}
