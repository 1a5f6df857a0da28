/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/numbers.h"

#define PORT_MAX 65535
#define BACKLOG  64
#define SHOWN    80 /* bytes of an argument in a message */

static bool set_v4(struct address *address, const char *host, __u16 port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->socket;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	address->size = sizeof(*in);
	return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

static bool set_v6(struct address *address, const char *host, __u16 port)
{
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)&address->socket;

	in->sin6_family = AF_INET6;
	in->sin6_port = htons(port);
	address->size = sizeof(*in);
	return inet_pton(AF_INET6, host, &in->sin6_addr) == 1;
}

/* `size` bytes of `host`, without the brackets that an IPv6 address has. */
static bool set(struct address *address, const char *host, size_t size, __u16 port)
{
	char text[INET6_ADDRSTRLEN + 2];

	if (size >= sizeof(text))
		return false;
	memcpy(text, host, size);
	text[size] = '\0';
	if (!size)
		return set_v6(address, "::", port);
	if (*text != '[')
		return set_v4(address, text, port);
	if (text[size - 1] != ']')
		return false;
	text[size - 1] = '\0';
	return set_v6(address, text + 1, port);
}

static bool parse(struct address *address, const char *argument)
{
	const char *colon = strrchr(argument, ':'), *port = colon ? colon + 1 : argument;
	__u64 number;

	if (!number_parse(port, &number) || number > PORT_MAX)
		return false;
	if (!colon)
		return set_v4(address, "127.0.0.1", number);
	return set(address, argument, colon - argument, number);
}

int address_parse(const struct option_row *row, void *field, const char *argument)
{
	struct address *address = field;

	*address = (struct address){ .given = true };
	if (parse(address, argument))
		return 0;
	return fail(EINVAL,
		    "option %s: '%.*s' is not an address with a port; give one as in "
		    "127.0.0.1:9982, [::1]:9982, or :9982 for all addresses",
		    row->option, SHOWN, argument);
}

const char *address_text(const struct address *address, char text[ADDRESS_TEXT])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->socket;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->socket;
	char host[INET6_ADDRSTRLEN] = "";

	if (address->socket.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(text, ADDRESS_TEXT, "%s:%u", host, ntohs(v4->sin_port));
	} else {
		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(text, ADDRESS_TEXT, "[%s]:%u", host, ntohs(v6->sin6_port));
	}
	return text;
}

bool address_is_loopback(const struct address *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->socket;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->socket;

	if (address->socket.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* With "::" IPv4 is meant, too, whatever the system's default is. */
static int open_socket(const struct address *address)
{
	int family = address->socket.ss_family, on = 1, off = 0;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!bind(fd, (const struct sockaddr *)&address->socket, address->size) &&
	    !listen(fd, BACKLOG))
		return fd;
	on = errno;
	close(fd);
	return -on;
}

int address_listen(struct address *address)
{
	char text[ADDRESS_TEXT];
	int fd = open_socket(address);

	if (fd < 0)
		return fail(-fd, "cannot listen on %s: %s; give another address with --listen",
			    address_text(address, text), strerror(-fd));
	getsockname(fd, (struct sockaddr *)&address->socket, &address->size);
	return fd;
}
