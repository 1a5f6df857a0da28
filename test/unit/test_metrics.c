/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* hdrtap-metrics: what it is told, what it counts in, and how that is written. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "metrics/accept.h"
#include "metrics/address.h"
#include "metrics/auth.h"
#include "metrics/buckets.h"
#include "metrics/labels.h"
#include "metrics/page_put.h"
#include "metrics/required.h"
#include "metrics/series.h"
#include "metrics/text.h"
#include "metrics/web_config.h"
#include "said.h"
#include "view/label_escape.h"

/* --- formats --- */

Test(metrics, accept)
{
	cr_assert_eq(accept_format(NULL), PAGE_TEXT);
	cr_assert_eq(accept_format(""), PAGE_TEXT);
	cr_assert_eq(accept_format("*/*"), PAGE_TEXT);
	cr_assert_eq(accept_format("text/html, */*;q=0.8"), PAGE_TEXT);
	cr_assert_eq(accept_format("application/openmetrics-text"), PAGE_OPENMETRICS);
	cr_assert_eq(accept_format("Application/OpenMetrics-Text ; version=1.0.0"),
		     PAGE_OPENMETRICS);
	/* Prometheus 2.42 */
	cr_assert_eq(accept_format("application/openmetrics-text;version=1.0.0,application/"
				   "openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
				   "q=0.5,*/*;q=0.1"),
		     PAGE_OPENMETRICS);
	cr_assert_eq(accept_format("application/openmetrics-text;q=0.4,text/plain;q=0.5"),
		     PAGE_TEXT);
	cr_assert_eq(accept_format("application/openmetrics-text;q=0.5,text/plain;q=0.5"),
		     PAGE_OPENMETRICS);
	cr_assert_eq(accept_format("application/openmetrics-text;q=0"), PAGE_TEXT);
	cr_assert_eq(accept_format("application/openmetrics-text;q=0.000,text/plain"), PAGE_TEXT);
	cr_assert_eq(accept_format("application/openmetrics-text;version=2.0.0"), PAGE_TEXT);
	cr_assert_eq(accept_format("application/openmetrics-textual"), PAGE_TEXT);
	cr_assert_eq(accept_format(",;;,=;q=,application/openmetrics-text;q=;,"), PAGE_OPENMETRICS);
}

/* --- numbers and labels as text --- */

static const char *billionths(__u64 number)
{
	static char string[64];
	struct text text = { 0 };

	text_add_billionths(&text, number);
	snprintf(string, sizeof(string), "%.*s", (int)text.size, text.bytes);
	text_free(&text);
	return string;
}

Test(metrics, seconds)
{
	cr_assert_str_eq(billionths(0), "0.0");
	cr_assert_str_eq(billionths(1), "0.000000001");
	cr_assert_str_eq(billionths(500000), "0.0005");
	cr_assert_str_eq(billionths(1000000000), "1.0");
	cr_assert_str_eq(billionths(10000000000), "10.0");
	cr_assert_str_eq(billionths(2500000000), "2.5");
	cr_assert_str_eq(billionths(~0ULL), "18446744073.709551615");
}

Test(metrics, text_grows)
{
	struct text text = { 0 };

	for (int i = 0; i < 100000; i++)
		text_add_number(&text, i);
	cr_assert(!text.failed);
	cr_assert_eq(text.size, 10 + 180 + 2700 + 36000 + 450000);
	cr_assert(!memcmp(text.bytes, "01234567891011", 14));
	cr_assert(!memcmp(text.bytes + text.size - 10, "9999899999", 10));
	text_free(&text);
}

static const char *escaped(const char *bytes, size_t size)
{
	static char to[1024];

	*label_escape(to, (const __u8 *)bytes, size) = '\0';
	return to;
}

Test(metrics, hostile_labels)
{
	char all[256];
	const char *text;

	cr_assert_str_eq(escaped("plain", 5), "plain");
	cr_assert_str_eq(escaped("a\"} 1\n# x", 9), "a\\\"} 1\\\\x0a# x");
	cr_assert_str_eq(escaped("\\", 1), "\\\\");
	cr_assert_str_eq(escaped("\0\r\x7f", 3), "\\\\x00\\\\x0d\\\\x7f");
	cr_assert_str_eq(escaped("\xc3\xa4", 2), "\xc3\xa4");
	cr_assert_str_eq(escaped("\xc3\xa4\xff", 3), "\xc3\x83\xc2\xa4\xc3\xbf");
	for (int i = 0; i < 256; i++)
		all[i] = i;
	text = escaped(all, sizeof(all));
	for (size_t i = 0; text[i]; i++)
		cr_assert((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
	cr_assert_leq(strlen(text), LABEL_ESCAPED_MAX * sizeof(all));
}

/* --- options --- */

static int parse_buckets(struct buckets *buckets, const char *argument)
{
	const struct option_row row = { .option = "--buckets" };

	return buckets_parse(&row, buckets, argument);
}

Test(metrics, buckets)
{
	struct buckets buckets;

	cr_assert_eq(parse_buckets(&buckets, BUCKETS_DEFAULT), 0);
	cr_assert_eq(buckets.count, 14);
	cr_assert_eq(buckets.bound[0], 500000);
	cr_assert_eq(buckets.bound[13], 10000000000);
	cr_assert_eq(parse_buckets(&buckets, "0.000000001,86400"), 0);
	cr_assert_eq(buckets_of(&buckets, 0), 0);
	cr_assert_eq(buckets_of(&buckets, 1), 0); /* bounds belong to their buckets */
	cr_assert_eq(buckets_of(&buckets, 2), 1);
	cr_assert_eq(buckets_of(&buckets, 86400000000000), 1);
	cr_assert_eq(buckets_of(&buckets, 86400000000001), 2);
}

Test(metrics, bad_buckets)
{
	static const char *const bad[] = {
		"",    ",",  "0",  "1,",   "1,,2", "2,1",   "1,1",          "-1",
		"1e3", "0.", ".5", "1 ,2", "inf",  "90000", "0.0000000001", "18446744073709551616"
	};
	struct buckets buckets;
	char many[512] = "1";

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_eq(parse_buckets(&buckets, bad[i]), -EINVAL, "%s", bad[i]);
		cr_expect(said_line(said_end(), "option --buckets: "), "%s", bad[i]);
	}
	for (int i = 2; i <= BUCKETS_MAX + 1; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), ",%d", i);
	cr_assert_eq(parse_buckets(&buckets, many), -EINVAL);
}

static const char *address_of(const char *argument)
{
	const struct option_row row = { .option = "--listen" };
	static char text[ADDRESS_TEXT];
	struct address address;

	return address_parse(&row, &address, argument) ? "wrong" : address_text(&address, text);
}

Test(metrics, addresses)
{
	static const char *const bad[] = { "",         ":",        "localhost:1",   "1.2.3:1",
					   "1.2.3.4",  "1.2.3.4:", "1.2.3.4:65536", "::1:80",
					   "[::1:80",  "[::1]",    "[1.2.3.4]:1",   "[]:1",
					   "1.2.3.4:x" };

	cr_assert_str_eq(address_of("127.0.0.1:9982"), "127.0.0.1:9982");
	cr_assert_str_eq(address_of("[::1]:9982"), "[::1]:9982");
	cr_assert_str_eq(address_of("9982"), "127.0.0.1:9982");
	cr_assert_str_eq(address_of(":9982"), "[::]:9982");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_str_eq(address_of(bad[i]), "wrong", "%s", bad[i]);
		cr_expect(said_line(said_end(), "option --listen: "), "%s", bad[i]);
	}
}

static int choose(struct metrics_labels *labels, const char *one, const char *other)
{
	const char *items[] = { one, other };
	const struct option_list list = { items, !!one + !!other };

	return labels_choose(labels, &list, " (here)");
}

Test(metrics, labels)
{
	struct metrics_labels labels;
	char text[LABELS_ROOM];

	cr_assert_eq(choose(&labels, NULL, NULL), 0);
	labels_other(&labels, text);
	cr_assert_str_eq(text, "method=\"other\",host=\"other\",path=\"other\"");
	cr_assert_eq(choose(&labels, "api,client", "request[X-Tenant]"), 0);
	cr_assert_str_eq(labels.name[2], "x_tenant");
	cr_assert_eq(choose(&labels, "response[server]", "1-2"), 0);
	cr_assert_str_eq(labels.name[0], "response_server");
	cr_assert_str_eq(labels.name[1], "x_2"); /* begins as no label may */
}

Test(metrics, bad_labels)
{
	static const char *const bad[][2] = {
		{ "class", NULL },     { "le", NULL },
		{ "field", NULL },     { "host", "host" },
		{ "x-a", "x.a" },      { "", NULL },
		{ "request[]", NULL }, { "api,client,host", "method,status" },
		{ "a b", NULL },       { "host,", NULL },
	};
	struct metrics_labels labels;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_eq(choose(&labels, bad[i][0], bad[i][1]), -EINVAL, "%s", bad[i][0]);
		cr_expect(said_line(said_end(), "option --label (here): "), "%s", bad[i][0]);
	}
}

Test(metrics, required)
{
	struct required required = { 0 };

	cr_assert_eq(required_add(&required, "X-Request-Id", ""), 0);
	cr_assert_eq(required_add(&required, "response[Server]", ""), 0);
	cr_assert_str_eq(required.field[0].name, "x-request-id");
	cr_assert_eq(required.field[0].kind, HDRTAP_KIND_REQUEST);
	cr_assert_str_eq(required.field[1].name, "server");
	cr_assert_eq(required.field[1].kind, HDRTAP_KIND_RESPONSE);
	required_free(&required);
}

Test(metrics, bad_required)
{
	static const char *const bad[] = { "",           "request[", "request[]",
					   "response[a", "a b",      "a)||has(b" };
	struct required required = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_eq(required_add(&required, bad[i], " (here)"), -EINVAL, "%s", bad[i]);
		cr_expect(said_line(said_end(), "option --require (here): "), "%s", bad[i]);
	}
	cr_assert_eq(required.count, 0);
	for (int i = 0; i < REQUIRED_MAX; i++)
		cr_assert_eq(required_add(&required, "x-a", ""), 0);
	cr_assert_eq(required_add(&required, "x-a", ""), -EINVAL);
	required_free(&required);
}

/* --- series --- */

static struct series_shape shape(void)
{
	struct series_shape shape = { .fields = 2 };

	parse_buckets(&shape.buckets, "0.001,1");
	return shape;
}

Test(metrics, series_count)
{
	const struct series_shape of = shape();
	struct usage_event event = { .call = true };
	struct series series;
	__u32 set;

	/* 3 + 6 responses + 3 buckets + sum, count + 2 fields */
	cr_assert_eq(series_per_set(&of), 16);
	cr_assert_eq(series_open(&series, &of, 3, "x=\"other\""), 0);
	cr_assert_eq(series_find(&series, "a", 1), KEY_MAP_NONE);
	set = series_add(&series, "a", 1, "x=\"a\"");
	cr_assert_eq(series_find(&series, "a", 1), set);
	series_count(&series, set, &event);
	event = (struct usage_event){ .end = true, .status = 503, .latency = 1000000 };
	series_count(&series, set, &event);
	event = (struct usage_event){ .end = true, .latency = USAGE_NO_LATENCY };
	series_count(&series, set, &event);
	event = (struct usage_event){ .end = true, .status = 200, .latency = 1000000001 };
	series_count(&series, set, &event);
	series_count_missing(&series, set, 1);
	cr_assert_eq(series.set[set].calls, 1);
	cr_assert_eq(series.set[set].class[USAGE_5XX], 1);
	cr_assert_eq(series.set[set].class[USAGE_UNANSWERED], 1);
	cr_assert_eq(series.set[set].latency_sum, 1001000001);
	cr_assert_eq(series_buckets(&series, set)[0], 1);
	cr_assert_eq(series_buckets(&series, set)[1], 0);
	cr_assert_eq(series_buckets(&series, set)[2], 1);
	cr_assert_eq(series_missing(&series, set)[0], 0);
	cr_assert_eq(series_missing(&series, set)[1], 1);
	series_close(&series);
}

/* Two keys with the same labels are one set; what finds no room is `other`, whose labels may come
 * from the wire, too. */
Test(metrics, series_limit)
{
	const struct series_shape of = shape();
	struct series series;
	char key[16], labels[32];
	__u32 one;

	cr_assert_eq(series_open(&series, &of, 100, "x=\"other\""), 0);
	one = series_add(&series, "a", 1, "x=\"same\"");
	cr_assert_eq(series_add(&series, "b", 1, "x=\"same\""), one);
	cr_assert_eq(series_add(&series, "c", 1, "x=\"other\""), SERIES_OTHER);
	cr_assert_eq(series.count, 2);
	for (int i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		snprintf(labels, sizeof(labels), "x=\"%d\"", i);
		if (series_full(&series))
			cr_assert_eq(series_add(&series, key, strlen(key), labels), SERIES_OTHER);
		else
			cr_assert_eq(series_add(&series, key, strlen(key), labels), i + 2);
	}
	cr_assert_eq(series.count, 100);
	cr_assert_eq(series_find(&series, "k0", 2), 2);
	cr_assert_leq(series.keys.count, 200);
	series_close(&series);
}

/* --- the web configuration --- */

#define HASH "$2y$04$wswcwv/TCnMW4hNikUR81.F8teFknAbMVzrV7rjUdEBWvBJdhofje"

static int read_web(struct web_config *config, const char *text)
{
	char path[] = "/tmp/hdrtap-web-XXXXXX";
	int fd = mkstemp(path), err;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	*config = (struct web_config){ 0 };
	err = web_config_read(config, path);
	unlink(path);
	return err;
}

Test(metrics, web_config)
{
	struct web_config config;

	cr_assert_eq(read_web(&config, ""), 0);
	cr_assert(!config.tls && !config.users);
	web_config_free(&config);
	cr_assert_eq(read_web(&config, "basic_auth_users:\n  one: " HASH "\n  two: '" HASH
				       "'\nhttp_server_config:\n  http2: false\n"),
		     0);
	cr_assert_eq(config.users, 2);
	cr_assert_str_eq(config.user[1].name, "two");
	cr_assert_str_eq(config.user[1].hash, HASH);
	web_config_free(&config);
}

Test(metrics, bad_web_config)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ "[", ":2:1: " },
		{ "a", ":1:1: must be a mapping" },
		{ "tls_server_confg: {}", ":1:1: unknown key: tls_server_confg" },
		{ "tls_server_config:\n  cert_file: /nowhere/cert.pem\n",
		  ":2:14: cannot read /nowhere/cert.pem: No such file" },
		{ "tls_server_config:\n  cert_file: []\n",
		  ":2:14: must be a single value: cert_file" },
		{ "tls_server_config: {}", ":1:20: must have cert_file and key_file" },
		{ "tls_server_config:\n  min_version: TLS10",
		  ":2:16: must be TLS12 or TLS13: TLS10" },
		{ "tls_server_config:\n  client_auth_type: RequestClientCert", ":2:21: must be" },
		{ "tls_server_config:\n  cipher_suites: []", ":2:3: unknown key: cipher_suites" },
		{ "basic_auth_users:\n  a: secret", ":2:6: no password hashed by bcrypt" },
		{ "basic_auth_users:\n  'a:b': " HASH, ":2:10: a user's name" },
		{ "basic_auth_users:\n  a: " HASH "\n  a: " HASH, ":3:3: repeated key: a" },
		{ "http_server_config:\n  http2: true", ":2:10: only HTTP/1.1" },
		{ "http_server_config:\n  headers: {}", ":2:3: unknown key: headers" },
		{ "a: b\n---\nc: d\n", "there must be only one document" },
	};
	struct web_config config;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		said_begin();
		cr_expect_eq(read_web(&config, bad[i].text), -EINVAL, "%s", bad[i].text);
		cr_expect(said_line(said_end(), bad[i].said), "%s", bad[i].text);
		web_config_free(&config);
	}
	said_begin();
	cr_assert_eq(web_config_read(&config, "/nowhere/web.yaml"), -ENOENT);
	cr_assert(said_line(said_end(), "name another file with --web-config"));
}

Test(metrics, passwords)
{
	struct web_config config;
	struct auth auth;

	cr_assert_eq(read_web(&config, ""), 0);
	auth_open(&auth, &config);
	cr_assert(auth_accepts(&auth, NULL, NULL));
	web_config_free(&config);
	cr_assert_eq(read_web(&config, "basic_auth_users:\n  one: " HASH "\n"), 0);
	auth_open(&auth, &config);
	for (int i = 0; i < 2; i++) { /* the second time from memory */
		cr_expect(auth_accepts(&auth, "one", "secret"));
		cr_expect(!auth_accepts(&auth, "one", "secret "));
		cr_expect(!auth_accepts(&auth, "one", ""));
		cr_expect(!auth_accepts(&auth, "two", "secret"));
		cr_expect(!auth_accepts(&auth, "one", NULL));
		cr_expect(!auth_accepts(&auth, NULL, NULL));
	}
	web_config_free(&config);
}
