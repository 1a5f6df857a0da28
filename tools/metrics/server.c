/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "server.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "auth.h"
#include "base/clock.h"
#include "base/error.h"

#define CONNECTIONS_MAX 64
#define PER_ADDRESS_MAX 32
#define TIMEOUT_S       30
#define MEMORY_MAX      32768 /* bytes per connection: of a request's head */
#define OPTIONS_MAX     16

enum waiting_state {
	WAITING_NEW,
	WAITING_QUEUED,
	WAITING_ANSWERED
};

/* Somebody who wants a page. Belongs to its connection. */
struct waiting {
	struct MHD_Connection *connection;
	enum page_format format;
	enum waiting_state state;
	struct MHD_Response *response; /* owned; NULL: there is none */
	struct waiting *next;
};

struct server {
	int listen_fd, wake_fd;
	const struct web_config *web;
	struct auth auth;
	struct MHD_Daemon *daemon; /* NULL: stopped */
	pthread_mutex_t lock;      /* of these two */
	struct waiting *first;
	bool ending;
	_Atomic __u64 alive, pages, unauthorized, others;
};

/* --- answers, in the server's thread --- */

static enum MHD_Result say(struct MHD_Connection *connection, unsigned int status, const char *text,
			   const char *allow)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
	if (allow)
		MHD_add_response_header(response, "Allow", allow);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result ask_who(struct MHD_Connection *connection)
{
	static char text[] = "Unauthorized\n";
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	result = MHD_queue_basic_auth_fail_response(connection, "hdrtap-metrics", response);
	MHD_destroy_response(response);
	return result;
}

/* Whether the client has a certificate of the authority, where it needs one. */
static bool has_certificate(const struct server *server, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info;
	unsigned int status = 0;

	if (!server->web->client_ca)
		return true;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return info && info->tls_session &&
	       gnutls_certificate_verify_peers2(info->tls_session, &status) == GNUTLS_E_SUCCESS &&
	       !status;
}

static bool is_user(struct server *server, struct MHD_Connection *connection)
{
	char *password = NULL;
	char *name = MHD_basic_auth_get_username_password(connection, &password);
	bool is = auth_accepts(&server->auth, name, password);

	if (name)
		MHD_free(name);
	if (password)
		MHD_free(password);
	return is;
}

static enum MHD_Result say_health(struct server *server, struct MHD_Connection *connection)
{
	bool alive = clock_boottime() - server->alive < SERVER_PATIENCE_NS;

	server->others++;
	return alive ? say(connection, MHD_HTTP_OK, "ok\n", NULL)
		     : say(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			   "nothing is counted any more\n", NULL);
}

/* Puts it to those who wait. Returns false when the server ends. */
static bool enqueue(struct server *server, struct waiting *waiting)
{
	const __u64 one = 1;
	bool queued;

	pthread_mutex_lock(&server->lock);
	queued = !server->ending;
	if (queued) {
		MHD_suspend_connection(waiting->connection);
		waiting->state = WAITING_QUEUED;
		waiting->next = server->first;
		server->first = waiting;
	}
	pthread_mutex_unlock(&server->lock);
	if (queued && write(server->wake_fd, &one, sizeof(one)) < 0)
		return queued; /* it is readable already */
	return queued;
}

static enum MHD_Result say_page(struct server *server, struct waiting *waiting)
{
	if (waiting->state == WAITING_NEW && enqueue(server, waiting))
		return MHD_YES;
	if (!waiting->response)
		return say(waiting->connection, MHD_HTTP_SERVICE_UNAVAILABLE, "ending\n", NULL);
	server->pages++;
	return MHD_queue_response(waiting->connection, MHD_HTTP_OK, waiting->response);
}

static enum MHD_Result refuse_method(struct server *server, struct MHD_Connection *connection)
{
	server->others++;
	return say(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n", "GET, HEAD");
}

static enum MHD_Result refuse_path(struct server *server, struct MHD_Connection *connection)
{
	server->others++;
	return say(connection, MHD_HTTP_NOT_FOUND, "see /metrics\n", NULL);
}

static enum MHD_Result answer(struct server *server, struct waiting *waiting, const char *path,
			      const char *method)
{
	struct MHD_Connection *connection = waiting->connection;

	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return refuse_method(server, connection);
	if (!has_certificate(server, connection)) {
		server->unauthorized++;
		return say(connection, MHD_HTTP_FORBIDDEN, "a client certificate is needed\n",
			   NULL);
	}
	if (!is_user(server, connection)) {
		server->unauthorized++;
		return ask_who(connection);
	}
	if (!strcmp(path, "/healthz"))
		return say_health(server, connection);
	return strcmp(path, "/metrics") ? refuse_path(server, connection)
					: say_page(server, waiting);
}

/* Called when there is a head, which is too early for an answer (the connection would be closed
 * behind it), for each part of a body, and when all is there. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
			      const char *method, const char *version, const char *data,
			      size_t *data_size, void **state)
{
	struct waiting *waiting = *state;

	(void)version, (void)data;
	if (!waiting) {
		*state = waiting = calloc(1, sizeof(*waiting));
		if (!waiting)
			return MHD_NO;
		waiting->connection = connection;
		waiting->format = accept_format(
			MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept"));
		return MHD_YES;
	}
	if (*data_size) { /* a body is not looked at */
		*data_size = 0;
		return MHD_YES;
	}
	return waiting->state == WAITING_NEW ? answer(context, waiting, path, method)
					     : say_page(context, waiting);
}

static void complete(void *context, struct MHD_Connection *connection, void **state,
		     enum MHD_RequestTerminationCode code)
{
	struct waiting *waiting = *state;

	(void)context, (void)connection, (void)code;
	if (waiting && waiting->response)
		MHD_destroy_response(waiting->response);
	free(waiting);
	*state = NULL;
}

/* --- pages, in the thread that counts --- */

static struct waiting *take_all(struct server *server, bool end)
{
	struct waiting *first;

	pthread_mutex_lock(&server->lock);
	first = server->first;
	server->first = NULL;
	server->ending = end;
	pthread_mutex_unlock(&server->lock);
	return first;
}

static void give(struct waiting *waiting, struct text *text)
{
	if (!text->failed)
		waiting->response = MHD_create_response_from_buffer(text->size, text->bytes,
								    MHD_RESPMEM_MUST_COPY);
	if (waiting->response)
		MHD_add_response_header(waiting->response, "Content-Type",
					accept_content_type(waiting->format));
	waiting->state = WAITING_ANSWERED;
}

void server_answer(struct server *server, server_make make, void *context)
{
	struct text page[PAGE_FORMATS] = { 0 };
	struct waiting *waiting, *next;
	__u64 times;

	if (read(server->wake_fd, &times, sizeof(times)) < 0)
		return;
	for (waiting = take_all(server, false); waiting; waiting = next) {
		struct text *text = &page[waiting->format];

		next = waiting->next; /* who is resumed may be gone */
		if (!text->size)
			make(context, waiting->format, text);
		give(waiting, text);
		MHD_resume_connection(waiting->connection);
	}
	for (int format = 0; format < PAGE_FORMATS; format++)
		text_free(&page[format]);
}

/* --- from its beginning to its end --- */

static void say_nothing(void *context, const char *format, va_list args)
{
	(void)context, (void)format, (void)args; /* what clients do wrong is their business */
}

int server_open(struct server **to, int listen_fd)
{
	struct server *server = calloc(1, sizeof(*server));

	*to = server;
	if (!server) {
		close(listen_fd);
		return fail(ENOMEM, "cannot listen: out of memory; free some memory");
	}
	server->listen_fd = listen_fd;
	pthread_mutex_init(&server->lock, NULL);
	server->alive = clock_boottime();
	server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (server->wake_fd >= 0)
		return 0;
	return fail(errno, "cannot listen: %s; raise the limit on open files", strerror(errno));
}

static const char *priorities(const struct web_config *web)
{
	if (web->min == WEB_TLS_13)
		return "NORMAL:-VERS-ALL:+VERS-TLS1.3";
	if (web->max == WEB_TLS_12)
		return "NORMAL:-VERS-ALL:+VERS-TLS1.2";
	return "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
}

static void add_option(struct MHD_OptionItem *list, enum MHD_OPTION option, intptr_t value,
		       const void *pointer)
{
	while (list->option != MHD_OPTION_END)
		list++;
	list[0] = (struct MHD_OptionItem){ option, value, (void *)pointer };
	list[1] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
}

static void add_tls(struct MHD_OptionItem *list, const struct web_config *web)
{
	add_option(list, MHD_OPTION_HTTPS_MEM_CERT, 0, web->certificate);
	add_option(list, MHD_OPTION_HTTPS_MEM_KEY, 0, web->key);
	add_option(list, MHD_OPTION_HTTPS_PRIORITIES, 0, priorities(web));
	if (web->client_ca)
		add_option(list, MHD_OPTION_HTTPS_MEM_TRUST, 0, web->client_ca);
}

int server_start(struct server *server, const struct web_config *web)
{
	struct MHD_OptionItem list[OPTIONS_MAX] = { { MHD_OPTION_END, 0, NULL } };
	unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			     MHD_USE_ERROR_LOG | (web->tls ? MHD_USE_TLS : 0);

	int fd = dup(server->listen_fd); /* it is closed when it cannot start */

	if (fd < 0)
		return fail(errno, "cannot answer HTTP: %s; raise the limit on open files",
			    strerror(errno));
	server->web = web;
	auth_open(&server->auth, web);
	take_all(server, false);
	add_option(list, MHD_OPTION_LISTEN_SOCKET, fd, NULL);
	add_option(list, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, NULL);
	add_option(list, MHD_OPTION_PER_IP_CONNECTION_LIMIT, PER_ADDRESS_MAX, NULL);
	add_option(list, MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, NULL);
	add_option(list, MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_MAX, NULL);
	add_option(list, MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)complete, server);
	if (web->tls)
		add_tls(list, web);
	server->daemon =
		MHD_start_daemon(flags, 0, NULL, NULL, handle, server, MHD_OPTION_EXTERNAL_LOGGER,
				 say_nothing, NULL, MHD_OPTION_ARRAY, list, MHD_OPTION_END);
	if (server->daemon)
		return 0;
	return fail(EIO, "cannot answer HTTP: %s; check the web configuration",
		    web->tls ? "certificate and key do not fit, or are none" : strerror(errno));
}

void server_stop(struct server *server)
{
	struct waiting *waiting, *next;
	int fd;

	if (!server->daemon)
		return;
	fd = MHD_quiesce_daemon(server->daemon); /* it would shut down the socket that listens */
	if (fd >= 0)
		close(fd);
	for (waiting = take_all(server, true); waiting; waiting = next) {
		next = waiting->next;
		waiting->state = WAITING_ANSWERED;
		MHD_resume_connection(waiting->connection);
	}
	MHD_stop_daemon(server->daemon);
	server->daemon = NULL;
}

void server_close(struct server *server)
{
	if (!server)
		return;
	server_stop(server);
	close(server->listen_fd);
	if (server->wake_fd >= 0)
		close(server->wake_fd);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

int server_fd(const struct server *server)
{
	return server->wake_fd;
}

void server_alive(struct server *server, __u64 now)
{
	server->alive = now;
}

struct server_counts server_counts(const struct server *server)
{
	return (struct server_counts){ server->pages, server->unauthorized, server->others };
}
