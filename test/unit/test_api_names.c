/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Names of APIs from lists and OpenAPI documents, and what is said of those that are wrong. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "api/api_names.h"

static struct api_names *names;
static struct message message;

static void begin(void)
{
	names = api_names_new();
	cr_assert(names);
}

static void done(void)
{
	api_names_free(names);
}

/* A file of those bytes, called DOC in messages. */
static const char *file_of(const char *text, size_t size)
{
	static char path[32];
	int fd;

	strcpy(path, "/tmp/api-names-XXXXXX");
	fd = mkstemp(path);
	cr_assert(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	close(fd);
	return path;
}

static int add_list(const char *text)
{
	const char *path = file_of(text, strlen(text));
	int err = api_names_add_list(names, path, &message);

	unlink(path);
	return err;
}

static int add_openapi_for(const char *host, const char *text)
{
	const char *path = file_of(text, strlen(text));
	int err = api_names_add_openapi(names, path, host, &message);

	unlink(path);
	return err;
}

static int add_openapi(const char *text)
{
	return add_openapi_for(NULL, text);
}

/* The message without the path, which changes. */
static const char *said(void)
{
	cr_assert_eq(strncmp(message.text, "/tmp/api-names-", 15), 0, "%s", message.text);
	return message.text + 21;
}

static const char *ask(const char *method, const char *host, const char *target)
{
	static char text[API_NAME_MAX + 16];
	const struct api_request request = {
		{ (const __u8 *)method, strlen(method) },
		{ (const __u8 *)host, strlen(host) },
		{ (const __u8 *)target, strlen(target) },
		false,
	};
	static const char marks[] = {
		[API_RULE] = 'r', [API_DOCUMENT] = 'd', [API_UNDOCUMENTED] = 'u'
	};
	struct api_name name;

	api_name(&name, names, &request);
	snprintf(text, sizeof(text), "%c %.*s", marks[name.source], name.size, name.text);
	return text;
}

#define NAMED(method, host, target, expected) \
	cr_expect_str_eq(ask(method, host, target), expected, "%s", ask(method, host, target))

Test(api_names, lists, .init = begin, .fini = done)
{
	cr_assert_eq(add_list("# our APIs\n"
			      "\n"
			      "GET shop.example.com/users/{id}   # one\n"
			      "shop.example.com/health\r\n"
			      "\tPOST\tshop.example.com/users\n"
			      "GET /status\n"
			      "PROPFIND dav.example.com/files/{name}"),
		     0);
	cr_expect_eq(api_names_count(names), 5);
	NAMED("GET", "shop.example.com", "/users/17?x=1", "d GET shop.example.com/users/{id}");
	NAMED("GET", "SHOP.example.com.", "/users/a%2Fb", "d GET shop.example.com/users/{id}");
	NAMED("TRACE", "shop.example.com", "/health", "d TRACE shop.example.com/health");
	NAMED("POST", "shop.example.com", "/users", "d POST shop.example.com/users");
	NAMED("GET", "any.example.com", "/status", "d GET any.example.com/status");
	NAMED("PROPFIND", "dav.example.com", "/files/x", "d PROPFIND dav.example.com/files/{name}");
	NAMED("PROPFIND", "any", "/17", "r PROPFIND any/{n}");
}

Test(api_names, calls_to_documented_hosts_that_are_not_documented, .init = begin, .fini = done)
{
	cr_assert_eq(add_list("GET shop.example.com/users/{id}\nGET /status\n"), 0);
	NAMED("GET", "shop.example.com", "/users", "u GET shop.example.com undocumented");
	NAMED("GET", "shop.example.com", "/users/", "u GET shop.example.com undocumented");
	NAMED("GET", "shop.example.com", "/users/1/2", "u GET shop.example.com undocumented");
	NAMED("GET", "shop.example.com", "/Users/1", "u GET shop.example.com undocumented");
	NAMED("PUT", "shop.example.com", "/users/1", "u PUT shop.example.com undocumented");
	NAMED("XYZ", "shop.example.com", "/users/1", "u _OTHER shop.example.com undocumented");
	NAMED("GET", "other.example.com", "/users", "r GET other.example.com/users");
	NAMED("OPTIONS", "shop.example.com", "*", "r OPTIONS shop.example.com *");
}

Test(api_names, head_and_options, .init = begin, .fini = done)
{
	cr_assert_eq(add_list("GET h/a\nPOST h/b\nHEAD h/c\nGET h/{x}\n"), 0);
	NAMED("HEAD", "h", "/a", "d HEAD h/a");
	NAMED("HEAD", "h", "/c", "d HEAD h/c");
	NAMED("OPTIONS", "h", "/b", "d OPTIONS h/b");
	NAMED("DELETE", "h", "/a", "u DELETE h undocumented");
}

Test(api_names, which_template_goes_first, .init = begin, .fini = done)
{
	cr_assert_eq(add_list("GET h/users/{id}\n"
			      "GET h/users/me\n"
			      "GET h/users/{id}.json\n"
			      "GET h/users/{a}-{b}\n"
			      "GET h/users/me/friends\n"
			      "GET h/{any}/17/cars\n"
			      "DELETE h/users/{id}\n"
			      "GET *.h/users/{id}\n"
			      "GET /users/{id}/cars\n"),
		     0);
	NAMED("GET", "h", "/users/me", "d GET h/users/me");
	NAMED("GET", "h", "/users/17", "d GET h/users/{id}");
	NAMED("GET", "h", "/users/17.json", "d GET h/users/{id}.json");
	NAMED("GET", "h", "/users/a-b-c", "d GET h/users/{a}-{b}");
	NAMED("GET", "h", "/users/-b", "d GET h/users/{id}");
	NAMED("GET", "h", "/users/.json", "d GET h/users/{id}");
	NAMED("GET", "h", "/users/", "u GET h undocumented");
	/* the literal leads nowhere, the parameter does */
	NAMED("GET", "h", "/users/17/cars", "d GET h/{any}/17/cars");
	NAMED("GET", "h", "/users/18/cars", "d GET h/users/{id}/cars");
	/* the literal has not that method */
	NAMED("DELETE", "h", "/users/me", "d DELETE h/users/{id}");
	NAMED("GET", "x.h", "/users/17", "d GET x.h/users/{id}");
	NAMED("GET", "x.y.h", "/users/17", "d GET x.y.h/users/{id}");
	NAMED("GET", "xh", "/users/17", "r GET xh/users/{n}");
}

Test(api_names, lists_that_are_wrong, .init = begin, .fini = done)
{
	static const char *const wrong[][2] = {
		{ "GET h/a\nGET h\n", ":2:5: no path; write [METHOD] [HOST]/path/{name}" },
		{ "GET h/a more\n", ":1:9: more than a method and a path; write [METHOD] "
				    "[HOST]/path/{name}" },
		{ "G(T h/a\n", ":1:1: not a method; write at most 16 letters, like GET" },
		{ "GET h/a/{b\n", ":1:9: '{' without '}'" },
		{ "GET h/a/b}\n", ":1:10: '}' without '{'" },
		{ "GET h/a/{}\n", ":1:10: a parameter without a name" },
		{ "GET h/a/{b{c}}\n", ":1:11: '{' inside of a parameter" },
		{ "GET h/a/{b}{c}\n", ":1:12: two parameters with nothing between them" },
		{ "GET h/a?b\n", ":1:8: a template has no query; remove it" },
		{ "GET a*b/c\n", ":1:8: not a host; write a name, like shop.example.com or "
				 "*.example.com" },
		{ "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17\n", ":1:41: more than 16 segments" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_expect_eq(add_list(wrong[i][0]), -EINVAL);
		cr_expect_str_eq(said(), wrong[i][1], "%s", message.text);
	}
	cr_expect_eq(api_names_add_list(names, "/nowhere/list", &message), -ENOENT);
	cr_expect_str_eq(message.text, "cannot read /nowhere/list: No such file or directory; name "
				       "a file that can be read");
}

#define YAML                                                  \
	"openapi: 3.1.0\n"                                    \
	"servers:\n"                                          \
	"  - url: https://api.example.com:8443/v1/\n"         \
	"  - url: 'https://{region}.example.net/{version}'\n" \
	"paths:\n"                                            \
	"  /users/{id}:\n"                                    \
	"    parameters: []\n"                                \
	"    get: {}\n"                                       \
	"    delete: {}\n"                                    \
	"  /pets:\n"                                          \
	"    servers: [{url: //pets.example.com}]\n"          \
	"    post: {}\n"                                      \
	"    put:\n"                                          \
	"      servers: [{url: https://put.example.com/x}]\n" \
	"  x-internal: 17\n"

Test(api_names, openapi_3, .init = begin, .fini = done)
{
	cr_assert_eq(add_openapi(YAML), 0, "%s", message.text);
	cr_expect_eq(api_names_count(names), 6);
	NAMED("GET", "api.example.com", "/v1/users/17", "d GET api.example.com/v1/users/{id}");
	NAMED("DELETE", "api.example.com", "/v1/users/17",
	      "d DELETE api.example.com/v1/users/{id}");
	NAMED("GET", "api.example.com", "/users/17", "u GET api.example.com undocumented");
	NAMED("GET", "eu.example.net", "/2/users/17", "d GET eu.example.net/{version}/users/{id}");
	NAMED("GET", "a.b.example.net", "/2/users/17", "r GET a.b.example.net/{n}/users/{n}");
	NAMED("POST", "pets.example.com", "/pets", "d POST pets.example.com/pets");
	NAMED("PUT", "put.example.com", "/x/pets", "d PUT put.example.com/x/pets");
	NAMED("PUT", "pets.example.com", "/pets", "u PUT pets.example.com undocumented");
}

Test(api_names, openapi_for_another_host, .init = begin, .fini = done)
{
	cr_assert_eq(add_openapi_for("Staging.local", YAML), 0, "%s", message.text);
	NAMED("GET", "staging.local", "/v1/users/17", "d GET staging.local/v1/users/{id}");
	NAMED("GET", "staging.local", "/", "u GET staging.local undocumented");
	NAMED("GET", "api.example.com", "/v1/users/17", "r GET api.example.com/v1/users/{n}");
}

Test(api_names, openapi_without_servers_is_of_every_host, .init = begin, .fini = done)
{
	cr_assert_eq(add_openapi("openapi: 3.0.0\npaths: {/a: {get: {}}}\n"), 0);
	cr_assert_eq(add_openapi("openapi: 3.0.0\nservers: [{url: /v1}]\n"
				 "paths: {/b: {get: {}}}\n"),
		     0);
	cr_assert_eq(add_openapi("openapi: 3.0.0\nservers: [{url: 'https://{host}:{port}/v2'}]\n"
				 "paths: {/c: {get: {}}}\n"),
		     0);
	NAMED("GET", "h", "/a", "d GET h/a");
	NAMED("GET", "h", "/v1/b", "d GET h/v1/b");
	NAMED("GET", "h.example.com", "/v2/c", "d GET h.example.com/v2/c");
	NAMED("GET", "h", "/x", "r GET h/x");
}

Test(api_names, openapi_as_json, .init = begin, .fini = done)
{
	cr_assert_eq(add_openapi(
			     "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"\\ud83d\\ude00 \\/ "
			     "\\\\ud83d\"},\n\t\"servers\":[{\"url\":\"http://[2001:db8::1]:80\"}],"
			     "\"paths\":{\"/users/{id}\":{\"get\":{}}}}"),
		     0, "%s", message.text);
	NAMED("GET", "2001:db8::1", "/users/1", "d GET 2001:db8::1/users/{id}");
}

Test(api_names, openapi_2, .init = begin, .fini = done)
{
	cr_assert_eq(add_openapi("swagger: '2.0'\nhost: Old.example.com:8080\nbasePath: /api/\n"
				 "paths:\n  /x/{y}:\n    get: {}\n"),
		     0, "%s", message.text);
	NAMED("GET", "old.example.com", "/api/x/1", "d GET old.example.com/api/x/{y}");
	NAMED("GET", "old.example.com", "/x/1", "u GET old.example.com undocumented");
}

Test(api_names, openapi_documents_that_are_wrong, .init = begin, .fini = done)
{
	static const char *const wrong[][2] = {
		{ "", ":1:1: not an OpenAPI document" },
		{ "- a\n", ":1:1: not an OpenAPI document" },
		{ "a: 1\n",
		  ":1:1: not an OpenAPI document: it has no version (openapi or swagger)" },
		{ "info: x\nopenapi: 4.0.0\n",
		  ":2:10: this version is not supported; use 3.x or 2.0" },
		{ "openapi: 3.0.0\n", ":1:1: no paths" },
		{ "openapi: 3.0.0\npaths: [a]\n", ":2:8: paths must be a mapping" },
		{ "openapi: 3.0.0\npaths:\n  /a: get\n", ":3:7: a path must contain methods" },
		{ "openapi: 3.0.0\npaths:\n  a/b:\n    get: {}\n",
		  ":3:3: a path must begin with '/'" },
		{ "openapi: 3.0.0\npaths:\n  \"/a/{b\":\n    get: {}\n", ":3:7: '{' without '}'" },
		{ "openapi: 3.0.0\npaths:\n  /a:\n    $ref: b.yaml\n",
		  ":4:11: a $ref is not supported here; write the path out" },
		{ "openapi: 3.0.0\nservers: {}\npaths: {/a: {get: {}}}\n",
		  ":2:10: servers must be a list" },
		{ "openapi: 3.0.0\nservers: [{}]\npaths: {/a: {get: {}}}\n",
		  ":2:11: a server without a url" },
		{ "openapi: 3.0.0\nservers: [{url: 'http:///x'}]\npaths: {/a: {get: {}}}\n",
		  ":2:17: a server without a host, or with one of more than 128 bytes" },
		{ "openapi: 3.0.0\nservers: [{url: v1}]\npaths: {/a: {get: {}}}\n",
		  ":2:17: the path of a server must begin with '/'" },
		{ "openapi: [3.0.0\n", ":2:1: did not find expected ',' or ']'" },
		{ "openapi: \"\x01\"\n", ":1:11: control characters are not allowed" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_expect_eq(add_openapi(wrong[i][0]), -EINVAL, "%s", wrong[i][0]);
		cr_expect_str_eq(said(), wrong[i][1], "%s", message.text);
	}
}

/* Aliases that would become millions of nodes, and one that is below itself. */
Test(api_names, documents_cannot_grow, .init = begin, .fini = done)
{
	cr_expect_eq(add_openapi("openapi: 3.0.0\na: &a [x,x,x]\nb: &b [*a,*a,*a]\n"
				 "c: &c [*b,*b,*b]\nd: &d [*c,*c,*c]\npaths: {/a: {get: *d}}\n"),
		     0, "%s", message.text);
	cr_expect_eq(add_openapi("openapi: 3.0.0\npaths: &p\n  /a: *p\n"), 0, "%s", message.text);
}

/* A path that would have to be tried in many ways. */
Test(api_names, searches_are_bounded, .init = begin, .fini = done)
{
	char target[1000], *text, *at = NULL;

	cr_assert_eq(add_list("GET h/{a}-{b}-{c}-{d}-{e}-{f}-{g}x\n"), 0);
	memset(target, '-', sizeof(target));
	target[0] = '/';
	target[sizeof(target) - 1] = '\0';
	NAMED("GET", "h", target, "u GET h undocumented");
	text = malloc(1024 * 64);
	for (int i = 0; i < 1024; i++) {
		at = i ? at + sprintf(at, "\nGET w") : text + sprintf(text, "GET w");
		for (int bit = 0; bit < 10; bit++)
			at += sprintf(at, i >> bit & 1 ? "/{p}" : "/a");
		at += sprintf(at, "/end");
	}
	cr_assert_eq(add_list(text), 0);
	free(text);
	NAMED("GET", "w", "/a/a/a/a/a/a/a/a/a/a/no", "u GET w undocumented");
	NAMED("GET", "w", "/a/a/x/a/a/a/a/a/a/x/end", "d GET w/a/a/{p}/a/a/a/a/a/a/{p}/end");
}

Test(api_names, many_templates, .init = begin, .fini = done)
{
	char *text = malloc(10000 * 48), *at = text;

	for (int i = 0; i < 10000; i++)
		at += sprintf(at, "GET h%d.example.com/a/%d/{id}/b\n", i % 100, i);
	cr_assert_eq(add_list(text), 0);
	free(text);
	cr_expect_eq(api_names_count(names), 10000);
	NAMED("GET", "h42.example.com", "/a/9942/x/b", "d GET h42.example.com/a/9942/{id}/b");
	NAMED("GET", "h43.example.com", "/a/9942/x/b", "u GET h43.example.com undocumented");
}
