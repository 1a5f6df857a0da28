/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whether somebody is one of the users of the web configuration.
 */
#ifndef HDRTAP_TOOLS_METRICS_AUTH_H
#define HDRTAP_TOOLS_METRICS_AUTH_H

#include "web_config.h"

#define AUTH_DIGEST 32 /* bytes */

/*
 * Hashing a password by bcrypt is slow on purpose, and the same client comes every few seconds: who
 * was right once is recognised by a digest, which is only in memory and salted anew for each start.
 */
struct auth {
	const struct web_config *web;
	unsigned char salt[AUTH_DIGEST];
	struct {
		bool right;
		unsigned char digest[AUTH_DIGEST]; /* of the password that was right */
	} known[WEB_USERS_MAX];
};

void auth_open(struct auth *auth, const struct web_config *web);

/* Either may be NULL. Takes as long for a user that there is not. */
bool auth_accepts(struct auth *auth, const char *name, const char *password);

#endif
