/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* user/where: what predicates mean for records made by hand, where values are cut or missing; what
 * the parser is told of them, which never excludes more than they do. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "made.h"
#include "where/where_kernel.h"

static struct made request, response;

static void setup(void)
{
	made_request(&request, "/api/users?page=2");
	made_header(&request, "host", "api.example.com:8080");
	made_header(&request, "x-tenant", "acme");
	request.rec.names |= 1ULL << HDRTAP_NAME_HOST;
	made_response(&response, 503);
	response.rec.latency = 250000000;
}

TestSuite(where, .init = setup);

static struct where *parse(const char *text)
{
	struct where *where = where_new();
	struct where_error error;
	int err = where_add(where, text, &error);

	cr_assert_eq(err, 0, "%s: column %zu: %s", text, error.column, error.text);
	return where;
}

static enum where_value decide(const char *text, const struct made *a, enum where_lack no_request,
			       const struct made *b, enum where_lack no_response)
{
	struct where_head heads[2] = { { a ? &a->rec : NULL, a ? &a->meta : NULL, "eth0" },
				       { b ? &b->rec : NULL, b ? &b->meta : NULL, "eth0" } };
	struct where_transaction transaction = {
		.request = a ? &heads[0] : NULL,
		.response = b ? &heads[1] : NULL,
		.no_request = no_request,
		.no_response = no_response,
		.kind = a ? HDRTAP_KIND_REQUEST : HDRTAP_KIND_RESPONSE,
	};
	struct where *where = parse(text);
	enum where_value value = where_decide(where, &transaction);

	where_free(where);
	return value;
}

static enum where_value of_request(const char *text)
{
	return decide(text, &request, 0, NULL, WHERE_COMING);
}

static enum where_value of_both(const char *text)
{
	return decide(text, &request, 0, &response, 0);
}

#define TRUE_OF(of, text)    cr_expect_eq(of(text), WHERE_TRUE, "%s", text)
#define FALSE_OF(of, text)   cr_expect_eq(of(text), WHERE_FALSE, "%s", text)
#define NEITHER_OF(of, text) cr_expect_eq(of(text), WHERE_NEITHER, "%s", text)
#define LATER_OF(of, text)   cr_expect_eq(of(text), WHERE_LATER, "%s", text)

Test(where, precedence)
{
	TRUE_OF(of_both, "path == /no && status == 5xx || method == GET");
	FALSE_OF(of_both, "path == /no && (status == 5xx || method == GET)");
	FALSE_OF(of_both, "!method == GET || path == /no");
	TRUE_OF(of_both, "!(method == POST) && !!status == 503");
	TRUE_OF(of_both, "method==GET&&status>=500");
}

Test(where, values_are_quoted_as_in_the_shell)
{
	TRUE_OF(of_request, "target == \"/api/users?page=2\"");
	TRUE_OF(of_request, "target == '/api/users?page=2'");
	TRUE_OF(of_request, "target == /api/users?page=2");
	TRUE_OF(of_request, "path == \"/api\\/users\"");
	TRUE_OF(of_request, "request[X-Tenant] == \"acme\"");
}

Test(where, patterns)
{
	TRUE_OF(of_request, "path ~ /api/*");
	TRUE_OF(of_request, "path ~ *use*");
	TRUE_OF(of_request, "path ~ /a?i/user?");
	FALSE_OF(of_request, "path ~ /api");
	FALSE_OF(of_request, "path ~ *x");
	TRUE_OF(of_request, "path ~ /no,*users");
	TRUE_OF(of_request, "target ~ /api/users\\?*");
	FALSE_OF(of_request, "path ~ /api/\\*");
}

Test(where, hosts)
{
	TRUE_OF(of_request, "host == API.example.com");
	TRUE_OF(of_request, "host == *.Example.com");
	FALSE_OF(of_request, "host == *.api.example.com");
	FALSE_OF(of_request, "host == example.com");
	TRUE_OF(of_request, "host ~ api.*");
}

Test(where, later_is_waited_for_and_neither_is_not)
{
	LATER_OF(of_request, "status == 5xx");
	LATER_OF(of_request, "status == 5xx || request[x-none] == 1");
	LATER_OF(of_request, "!status == 5xx");
	FALSE_OF(of_request, "status == 5xx && method == POST");
	TRUE_OF(of_request, "status == 5xx || method == GET");
	NEITHER_OF(of_request, "request[x-none] == 1");
	NEITHER_OF(of_request, "!request[x-none] == 1");
	NEITHER_OF(of_request, "method == GET && request[x-none] == 1");
	cr_expect_eq(decide("status == 5xx", &request, 0, NULL, WHERE_NONE), WHERE_NEITHER);
	cr_expect_eq(decide("!has(response)", &request, 0, NULL, WHERE_NONE), WHERE_TRUE);
	cr_expect_eq(decide("!has(response)", &request, 0, NULL, WHERE_UNKNOWN), WHERE_NEITHER);
	cr_expect_eq(decide("!has(request)", NULL, WHERE_NONE, &response, 0), WHERE_TRUE);
	cr_expect_eq(decide("!has(request)", NULL, WHERE_UNKNOWN, &response, 0), WHERE_NEITHER);
	cr_expect_eq(decide("!has(request[x])", NULL, WHERE_NONE, &response, 0), WHERE_NEITHER);
}

/* A value of which only the beginning is there. */
Test(where, cut_values)
{
	made_mode(&request, "x-long", "abcdef", 6, 100);
	TRUE_OF(of_request, "request[x-long] ~ abc*");
	FALSE_OF(of_request, "request[x-long] ~ xbc*");
	NEITHER_OF(of_request, "request[x-long] ~ abc*z");
	NEITHER_OF(of_request, "!request[x-long] ~ *z");
	FALSE_OF(of_request, "request[x-long] == abcdef");
	TRUE_OF(of_request, "request[x-long] != abcdef");
	TRUE_OF(of_request, "length(request[x-long]) > 99");
	FALSE_OF(of_request, "length(request[x-long]) > 100");
	TRUE_OF(of_request, "has(request[x-long])");
}

Test(where, of_what_is_not_kept_only_the_length_is_known)
{
	made_mode(&request, "cookie=length", "", 0, 70);
	NEITHER_OF(of_request, "request[cookie] == a");
	NEITHER_OF(of_request, "request[cookie] != a");
	TRUE_OF(of_request, "length(request[cookie]) == 70");
	made_mode(&request, "authorization=scheme", "Bearer", 6, 300);
	TRUE_OF(of_request, "request[authorization] == Bearer");
	FALSE_OF(of_request, "request[authorization] == Basic");
}

Test(where, one_of_several_values)
{
	made_header(&request, "x-tenant", "other");
	TRUE_OF(of_request, "request[x-tenant] == other");
	TRUE_OF(of_request, "request[x-tenant] == acme");
	FALSE_OF(of_request, "request[x-tenant] != acme");
	FALSE_OF(of_request, "request[x-tenant] == third");
	request.rec.flags |= HDRTAP_FLAG(OMITTED);
	NEITHER_OF(of_request, "request[x-tenant] == third");
}

/* The head goes on behind what is known of it: so may its last value. */
Test(where, incomplete_heads)
{
	request.rec.flags |= HDRTAP_FLAG(INCOMPLETE);
	TRUE_OF(of_request, "path == /api/users");
	NEITHER_OF(of_request, "request[x-tenant] == acme");
	TRUE_OF(of_request, "request[x-tenant] ~ ac*");
	NEITHER_OF(of_request, "!has(request[cookie])");
	NEITHER_OF(of_request, "length(request[x-tenant]) < 10");
	TRUE_OF(of_request, "length(request[x-tenant]) > 3");
}

Test(where, numbers)
{
	TRUE_OF(of_both, "latency > 249ms");
	FALSE_OF(of_both, "latency > 250ms");
	TRUE_OF(of_both, "latency >= 250000us");
	FALSE_OF(of_both, "latency < 0s");
	TRUE_OF(of_both, "client == 192.0.2.0/24");
	FALSE_OF(of_both, "client == 192.0.3.0/24");
	TRUE_OF(of_both, "server == ::ffff:198.51.100.2");
	FALSE_OF(of_both, "client == 2001:db8::/32");
	TRUE_OF(of_both, "client == 0.0.0.0/0");
	TRUE_OF(of_both, "server.port == 80-81 && client.port == 40000");
	TRUE_OF(of_both, "interface ~ eth*");
	TRUE_OF(of_both, "direction == receive");
}

Test(where, several_predicates)
{
	struct where *where = parse("path == /a || path == /b");
	struct where_error error;
	struct where *again;

	cr_assert_eq(where_add(where, "status ==", &error), -22);
	cr_assert_eq(where_add(where, "status == 5xx", &error), 0);
	cr_expect_str_eq(where_text(where), "(path == /a || path == /b) && (status == 5xx)");
	again = parse(where_text(where));
	cr_expect_str_eq(where_text(again), where_text(where));
	where_free(again);
	where_free(where);
}

/* --- what the parser is told --- */

static struct hdrtap_where told(const char *text, enum where_taken wanted)
{
	struct where *where = parse(text);
	struct hdrtap_where to;

	cr_expect_eq(where_kernel(&to, where, &request.meta, 6), wanted, "%s", text);
	where_free(where);
	return to;
}

Test(where, ways)
{
	struct hdrtap_where to = told("path ~ /a* && (method == GET || status == 5xx)", 0);

	cr_assert_eq(to.ways, 2);
	cr_expect_eq(to.terms, 3);
	cr_expect_eq(to.needs, 6);
	cr_expect_eq(to.way[0].holds, 3);
	cr_expect_eq(to.way[1].holds, 5);
	to = told("!(path ~ /a* && status == 404,5xx)", 0);
	cr_assert_eq(to.ways, 2);
	cr_expect_eq(to.way[0].fails, 1);
	cr_expect_eq(to.way[1].fails, 6);
	to = told("kind == response && status >= 500", 0);
	cr_assert_eq(to.ways, 1);
	cr_expect_eq(to.way[0].kinds, 1 << HDRTAP_KIND_RESPONSE);
	cr_expect_eq(to.needs, 1 << HDRTAP_KIND_RESPONSE);
}

/* What it cannot tell may always be. */
Test(where, open_ways)
{
	cr_expect_eq(told("client == 10.0.0.0/8", 0).ways, 0);
	cr_expect_eq(told("path == /a || client == 10.0.0.0/8", 0).ways, 0);
	cr_expect_eq(told("path == /a && client == 10.0.0.0/8", 0).ways, 1);
	cr_expect_eq(told("request[x-tenant] == acme && path == /a", 0).ways, 1);
	cr_expect_eq(told("path ~ *.html", 0).ways, 0);
	cr_expect_eq(told("!has(response) && path ~ /a*", 0).ways, 1);
	cr_expect_eq(told("path == /a || !path == /a", 0).ways, 2);
}

Test(where, too_long_for_the_parser)
{
	char text[1024] = "method == GET && (path == /0";
	struct hdrtap_where to;

	for (int i = 1; i < 40; i++)
		sprintf(text + strlen(text), " || path == /%d", i);
	strcat(text, ")");
	to = told(text, WHERE_TOO_LONG);
	cr_assert_eq(to.ways, 1);
	cr_expect_eq(to.way[0].holds, 1);
	cr_expect_eq(to.term[0].what, HDRTAP_WHERE_METHOD);
	cr_expect_eq(told(strchr(text, '('), WHERE_TOO_LONG).ways, 0);
}
