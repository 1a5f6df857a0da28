/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where to listen.
 */
#ifndef HDRTAP_TOOLS_METRICS_ADDRESS_H
#define HDRTAP_TOOLS_METRICS_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "option/option_row.h"

#define ADDRESS_DEFAULT "127.0.0.1:9982"
#define ADDRESS_TEXT    64

struct address {
	bool given;
	socklen_t size;
	struct sockaddr_storage socket;
};

/* "127.0.0.1:9982", "[::1]:9982"; "9982": of 127.0.0.1; ":9982": of all addresses. Port 0: any. Of
 * type option_parse; the field is a struct address. */
int address_parse(const struct option_row *row, void *field, const char *argument);

/* As a browser takes it: "127.0.0.1:9982". */
const char *address_text(const struct address *address, char text[ADDRESS_TEXT]);

/* Whether only this host reaches it. */
bool address_is_loopback(const struct address *address);

/* A socket that listens there; `address` becomes what it has (its port). Returns it or -errno
 * (reported). */
int address_listen(struct address *address);

#endif
