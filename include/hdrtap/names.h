/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The 64 well-known header names: line n is bit n of a record's `names`, so one can ask for heads
 * without a header that was never chosen. X(symbol, name in lower case). Lines are never moved, or
 * old logs would change meaning.
 */
#ifndef HDRTAP_NAMES_H
#define HDRTAP_NAMES_H

#include <hdrtap/types.h>

#define HDRTAP_NAME_MAX 47 /* bytes of a header name that can be chosen */

#define HDRTAP_WELL_KNOWN(X)                                          \
	X(HOST, "host")                                               \
	X(USER_AGENT, "user-agent")                                   \
	X(REFERER, "referer")                                         \
	X(CONTENT_TYPE, "content-type")                               \
	X(CONTENT_LENGTH, "content-length")                           \
	X(X_FORWARDED_FOR, "x-forwarded-for")                         \
	X(X_REQUEST_ID, "x-request-id")                               \
	X(TRACEPARENT, "traceparent")                                 \
	X(SERVER, "server")                                           \
	X(LOCATION, "location")                                       \
	X(TRANSFER_ENCODING, "transfer-encoding")                     \
	X(CONNECTION, "connection")                                   \
	X(UPGRADE, "upgrade")                                         \
	X(ACCEPT, "accept")                                           \
	X(ACCEPT_ENCODING, "accept-encoding")                         \
	X(ACCEPT_LANGUAGE, "accept-language")                         \
	X(AUTHORIZATION, "authorization")                             \
	X(PROXY_AUTHORIZATION, "proxy-authorization")                 \
	X(COOKIE, "cookie")                                           \
	X(SET_COOKIE, "set-cookie")                                   \
	X(X_API_KEY, "x-api-key")                                     \
	X(CACHE_CONTROL, "cache-control")                             \
	X(PRAGMA, "pragma")                                           \
	X(ORIGIN, "origin")                                           \
	X(RANGE, "range")                                             \
	X(IF_NONE_MATCH, "if-none-match")                             \
	X(IF_MODIFIED_SINCE, "if-modified-since")                     \
	X(IF_MATCH, "if-match")                                       \
	X(EXPECT, "expect")                                           \
	X(TE, "te")                                                   \
	X(TRAILER, "trailer")                                         \
	X(VIA, "via")                                                 \
	X(FORWARDED, "forwarded")                                     \
	X(X_FORWARDED_PROTO, "x-forwarded-proto")                     \
	X(X_FORWARDED_HOST, "x-forwarded-host")                       \
	X(X_REAL_IP, "x-real-ip")                                     \
	X(X_CORRELATION_ID, "x-correlation-id")                       \
	X(TRACESTATE, "tracestate")                                   \
	X(BAGGAGE, "baggage")                                         \
	X(X_REQUESTED_WITH, "x-requested-with")                       \
	X(IDEMPOTENCY_KEY, "idempotency-key")                         \
	X(UPGRADE_INSECURE_REQUESTS, "upgrade-insecure-requests")     \
	X(SEC_FETCH_SITE, "sec-fetch-site")                           \
	X(SEC_FETCH_MODE, "sec-fetch-mode")                           \
	X(SEC_FETCH_DEST, "sec-fetch-dest")                           \
	X(SEC_CH_UA, "sec-ch-ua")                                     \
	X(DATE, "date")                                               \
	X(ETAG, "etag")                                               \
	X(LAST_MODIFIED, "last-modified")                             \
	X(EXPIRES, "expires")                                         \
	X(AGE, "age")                                                 \
	X(VARY, "vary")                                               \
	X(CONTENT_ENCODING, "content-encoding")                       \
	X(CONTENT_DISPOSITION, "content-disposition")                 \
	X(CONTENT_RANGE, "content-range")                             \
	X(ACCEPT_RANGES, "accept-ranges")                             \
	X(WWW_AUTHENTICATE, "www-authenticate")                       \
	X(RETRY_AFTER, "retry-after")                                 \
	X(STRICT_TRANSPORT_SECURITY, "strict-transport-security")     \
	X(CONTENT_SECURITY_POLICY, "content-security-policy")         \
	X(ACCESS_CONTROL_ALLOW_ORIGIN, "access-control-allow-origin") \
	X(X_POWERED_BY, "x-powered-by")                               \
	X(KEEP_ALIVE, "keep-alive")                                   \
	X(X_CACHE, "x-cache")

#define HDRTAP_X_WELL_KNOWN(s, ...) HDRTAP_NAME_##s,
enum hdrtap_well_known {
	HDRTAP_WELL_KNOWN(HDRTAP_X_WELL_KNOWN) HDRTAP_WELL_KNOWN_MAX
};
HDRTAP_STATIC_ASSERT(HDRTAP_WELL_KNOWN_MAX == 64, "one bit each in a 64-bit word");

#endif
