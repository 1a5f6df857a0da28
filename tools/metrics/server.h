/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The HTTP server: a thread of its own (libmicrohttpd's), so that no client, password or handshake
 * holds up reading. Pages are made by the thread that counts: a request for one is suspended until
 * that thread answers it, so there is nothing to lock but the list of who waits.
 */
#ifndef HDRTAP_TOOLS_METRICS_SERVER_H
#define HDRTAP_TOOLS_METRICS_SERVER_H

#include <hdrtap/types.h>

#include "accept.h"
#include "text.h"
#include "web_config.h"

#define SERVER_PATIENCE_NS 10000000000ULL /* without server_alive(): /healthz says so */

struct server;

/* What it answered. */
struct server_counts {
	__u64 pages;        /* of /metrics */
	__u64 unauthorized; /* 401, and clients without a certificate: 403 */
	__u64 others;       /* /healthz, and what is no request of ours */
};

/* Takes `listen_fd`, also when it fails. Returns 0 or -errno (reported). */
int server_open(struct server **server, int listen_fd);

/* Begins to answer, in a thread. `web` has to stay until server_stop(). Returns 0 or -errno
 * (reported). */
int server_start(struct server *server, const struct web_config *web);
void server_stop(struct server *server);

/* NULL is fine. */
void server_close(struct server *server);

/* Readable when somebody waits for a page. */
int server_fd(const struct server *server);

/* Makes a page. */
typedef void (*server_make)(void *context, enum page_format format, struct text *text);

/* Answers everybody who waits; each format is made once at most. */
void server_answer(struct server *server, server_make make, void *context);

/* The thread that counts goes on. `now`: CLOCK_BOOTTIME, ns. */
void server_alive(struct server *server, __u64 now);

struct server_counts server_counts(const struct server *server);

#endif
