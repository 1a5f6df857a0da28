/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * TLS and basic authentication, as Prometheus' web configuration file has them. What of that file
 * makes no sense here is refused, not passed over.
 */
#ifndef HDRTAP_TOOLS_METRICS_WEB_CONFIG_H
#define HDRTAP_TOOLS_METRICS_WEB_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#define WEB_USERS_MAX 64

struct web_user {
	char *name; /* owned */
	char *hash; /* owned: bcrypt, "$2y$10$..." */
};

enum web_tls_version {
	WEB_TLS_DEFAULT,
	WEB_TLS_12,
	WEB_TLS_13,
};

/* All zero: neither TLS nor users. */
struct web_config {
	bool tls;
	char *certificate, *key; /* owned, PEM */
	char *client_ca;         /* owned, PEM; NULL: clients need no certificate */
	enum web_tls_version min, max;
	size_t users;
	struct web_user user[WEB_USERS_MAX];
};

/* Reads the file and those that it names, relative to its own directory. Returns 0 or -errno
 * (reported, with line and column). To be freed in any case. */
int web_config_read(struct web_config *config, const char *path);
void web_config_free(struct web_config *config);

#endif
