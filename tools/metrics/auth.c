/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "auth.h"

#include <crypt.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void auth_open(struct auth *auth, const struct web_config *web)
{
	*auth = (struct auth){ .web = web };
	/* Without it the digests would only be easier to find out from a copy of our memory. */
	if (getrandom(auth->salt, sizeof(auth->salt), 0) < 0)
		memset(auth->salt, 0, sizeof(auth->salt));
}

static bool is_right(const char *hash, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made = data ? crypt_r(password, hash, data) : NULL;
	bool right =
		made && strlen(made) == strlen(hash) && !gnutls_memcmp(made, hash, strlen(hash));

	free(data);
	return right;
}

/* Returns whether it could be made. */
static bool make_digest(const struct auth *auth, const char *password,
			unsigned char digest[AUTH_DIGEST])
{
	return gnutls_hmac_fast(GNUTLS_MAC_SHA256, auth->salt, sizeof(auth->salt), password,
				strlen(password), digest) == 0;
}

static bool accept_user(struct auth *auth, size_t number, const char *password)
{
	unsigned char digest[AUTH_DIGEST];
	bool made = make_digest(auth, password, digest);

	if (made && auth->known[number].right &&
	    !gnutls_memcmp(digest, auth->known[number].digest, AUTH_DIGEST))
		return true;
	if (!is_right(auth->web->user[number].hash, password))
		return false;
	auth->known[number].right = made;
	memcpy(auth->known[number].digest, digest, AUTH_DIGEST);
	return true;
}

bool auth_accepts(struct auth *auth, const char *name, const char *password)
{
	const struct web_config *web = auth->web;

	if (!web->users)
		return true;
	if (!name || !password)
		return false;
	for (size_t i = 0; i < web->users; i++)
		if (!strcmp(web->user[i].name, name))
			return accept_user(auth, i, password);
	is_right(web->user[0].hash, password);
	return false;
}
