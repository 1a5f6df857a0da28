/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The table of llhttp's cases that we judge differently, each with its reason. An entry that no
 * longer differs makes the test fail.
 */
#include "llhttp_differences.h"

#include <string.h>

#define FOLD           "a fold is one space, whatever it was made of (RFC 9112 section 5.2)"
#define CR             "a CR alone never ends a line: it is flagged bare_cr (RFC 9112 section 2.2)"
#define TOKEN          "any token can be a method (RFC 9110 section 9.1)"
#define OTHER_PROTOCOL "ICE and RTSP are like HTTP, but are not HTTP"
#define NOT_ENDED      "a request line is judged when its end is seen; here the input ends before it"

const struct llhttp_difference llhttp_differences[] = {
	{ "request_connection: Multiple tokens with folding, LWS, and CRLF", FOLD },
	{ "request_sample: Line folding in header value with CRLF", FOLD },
	{ "request_sample: X-SSL-Nonsense", FOLD },
	{ "request_transfer-encoding: Invalid OBS fold after chunked value", FOLD },
	{ "response_transfer-encoding: Invalid OBS fold after chunked value", FOLD },
	{ "request_content-length: Missing CRLF-CRLF before body (lenient)", CR },
	{ "request_invalid: Headers separated by dummy characters (lenient)", CR },
	{ "request_lenient-headers: Empty headers separated by CR (lenient)", CR },
	{ "request_sample: No LF after CR (lenient)", CR },
	{ "response_invalid: Bare CR after response line (lenient)", CR },
	{ "request_invalid: HTTP protocol and ANNOUNCE method", TOKEN },
	{ "request_invalid: Invalid method", TOKEN },
	{ "request_method: SOURCE request with ICE", OTHER_PROTOCOL },
	{ "request_method: OPTIONS request with RTSP", OTHER_PROTOCOL },
	{ "request_method: ANNOUNCE request with RTSP", OTHER_PROTOCOL },
	{ "response_sample: RTSP response", OTHER_PROTOCOL },
	{ "response_sample: ICE response", OTHER_PROTOCOL },
	{ "request_invalid: Invalid HTTP version", NOT_ENDED },
	{ "request_content-length: Invalid whitespace token with `Content-Length` header field "
	  "(lenient)",
	  "a name with white space behind it is flagged, not taken for the name (RFC 9112 section "
	  "5.1)" },
	{ "request_connection: Invalid whitespace token with `Connection` header field (lenient)",
	  "a request with white space before a colon has to be rejected: where the next one begins "
	  "is not known (RFC 9112 section 5.1)" },
	{ "request_sample: No HTTP version",
	  "an HTTP/0.9 request is one line (RFC 1945 section 4.1)" },
	{ "request_uri: Disallow UTF-8 in URI path in strict mode",
	  "clients send such bytes and servers take them; they cannot be mistaken for anything" },
	{ "response_sample: HTTP version 0.9",
	  "responses of HTTP/0.9 have no status line: flagged bad_version" },
	{ "response_transfer-encoding: `chunkedchunked` transfer-encoding does not enable chunked "
	  "enconding",
	  "flagged smuggling: there are readers that look at the end of the value alone" },
	{ "response_transfer-encoding: multiple transfer-encoding where chunked is not the last "
	  "one",
	  "flagged smuggling: whether the body is chunked depends on who reads" },
};

const size_t llhttp_difference_count = sizeof(llhttp_differences) / sizeof(llhttp_differences[0]);

const char *llhttp_difference(const char *name)
{
	for (size_t i = 0; i < llhttp_difference_count; i++)
		if (!strcmp(llhttp_differences[i].name, name))
			return llhttp_differences[i].reason;
	return NULL;
}
