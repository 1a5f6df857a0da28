/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A real server and a real client on the loopback of the test's own network namespace.
 */
#ifndef HDRTAP_TEST_LIVE_HTTP_H
#define HDRTAP_TEST_LIVE_HTTP_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "live_net.h"

#define HTTP_PORT 8080

static inline bool http_answers(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(HTTP_PORT) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool connected;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	connected = !connect(fd, (struct sockaddr *)&to, sizeof(to));
	close(fd);
	return connected;
}

static inline void http_configure(const char *path, const char *directory)
{
	FILE *file = fopen(path, "w");

	fprintf(file,
		"daemon off; master_process off; user root; pid %s/pid; error_log %s/error;\n"
		"events { worker_connections 256; }\n"
		"http { access_log off; keepalive_requests 1000000; client_body_temp_path "
		"%s/body;\n"
		"proxy_temp_path %s/p; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; "
		"scgi_temp_path %s/s;\n"
		"server { listen %d; location / { return 200 ok; } } }\n",
		directory, directory, directory, directory, directory, directory, directory,
		HTTP_PORT);
	fclose(file);
}

/* Starts nginx, which answers every request with 200 and ends with this process. Call it after
 * net_begin(). */
static inline void http_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	char directory[256], path[300];

	snprintf(directory, sizeof(directory), "%s/hdrtap-live-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(directory))
		exit(1);
	snprintf(path, sizeof(path), "%s/conf", directory);
	http_configure(path, directory);
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("nginx", "nginx", "-c", path, "-p", directory, "-e", "error", NULL);
		_exit(1);
	}
	for (int i = 0; i < 200 && !http_answers(); i++)
		usleep(50000);
	if (!http_answers()) {
		printf("FAIL set_up: nginx does not listen\n");
		exit(1);
	}
	snprintf(path, sizeof(path), "rm -rf %s", directory);
	must(path);
}

/*
 * `count` requests over one connection, each answered, for /path/1?x and so on. All have an element
 * that is chosen by default, X-Request-Id: planted-value, and one that is not, Authorization:
 * not-chosen. The secrets are in places that are protected.
 */
static inline void http_get(int count)
{
	char command[400];

	snprintf(command, sizeof(command),
		 "curl -sSf -o /dev/null -H 'X-Request-Id: planted-value' -H 'Authorization: "
		 "not-chosen' -H 'Cookie: session=planted-secret' "
		 "-H 'Referer: http://me:planted-secret@site.example/?key=planted-secret' "
		 "'http://127.0.0.1:%d/path/[1-%d]?x&token=planted-secret'",
		 HTTP_PORT, count);
	must(command);
}

#endif
