/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names and help come from the counter tables alone, so a new counter shows up here by itself. What
 * comes out of a log was accounted for when it was captured; then only what was read is reported.
 */
#include "run/accounts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/error_out.h"

#define X_ROW(symbol, name, help) { name, help },
#define X_SUM(symbol, ...)        sum += count[HDRTAP_COUNTER_##symbol];

const struct accounts_row accounts_kernel[] = { HDRTAP_KERNEL_COUNTERS(X_ROW) };
const struct accounts_row accounts_user[] = { HDRTAP_USER_COUNTERS(X_ROW) };

static __u64 packets(const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;
	__u64 sum = 0;

	HDRTAP_PACKET_COUNTERS(X_SUM)
	return sum;
}

/* Whether packets were read, not records. */
static bool saw_packets(const struct accounts *acc)
{
	return acc->live || packets(acc);
}

static __u64 lost(const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;

	return count[HDRTAP_COUNTER_LOST_SPACE] + count[HDRTAP_COUNTER_LOST_RING] +
	       count[HDRTAP_COUNTER_LOST_OTHER];
}

static __u64 abandoned(const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;

	return count[HDRTAP_COUNTER_ABANDONED_BAD] + count[HDRTAP_COUNTER_ABANDONED_GAP] +
	       count[HDRTAP_COUNTER_ABANDONED_EVICTED] + count[HDRTAP_COUNTER_ABANDONED_TIMEOUT] +
	       count[HDRTAP_COUNTER_ABANDONED_BUDGET] + count[HDRTAP_COUNTER_ABANDONED_END];
}

static __u64 heads_ended(const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;

	return count[HDRTAP_COUNTER_EMITTED] + count[HDRTAP_COUNTER_FILTERED] +
	       count[HDRTAP_COUNTER_EXCLUDED] + count[HDRTAP_COUNTER_LIMITED] + lost(acc) +
	       abandoned(acc) + count[HDRTAP_COUNTER_IN_PROGRESS];
}

static __u64 records_ended(const struct accounts *acc)
{
	return acc->user[HDRTAP_USER_WRITTEN] + acc->user[HDRTAP_USER_DROPPED];
}

static bool heads_close(const struct accounts *acc)
{
	return acc->kernel.count[HDRTAP_COUNTER_HEADS] == heads_ended(acc);
}

static bool records_close(const struct accounts *acc)
{
	return !saw_packets(acc) || acc->kernel.count[HDRTAP_COUNTER_EMITTED] == records_ended(acc);
}

static __u64 stdout_ended(const struct accounts *acc)
{
	return acc->user[HDRTAP_USER_STDOUT_WRITTEN] + acc->user[HDRTAP_USER_STDOUT_SLOW] +
	       acc->user[HDRTAP_USER_STDOUT_FAILED] + acc->stdout_waiting;
}

static bool stdout_closes(const struct accounts *acc)
{
	return acc->user[HDRTAP_USER_STDOUT] == stdout_ended(acc);
}

bool accounts_close(const struct accounts *acc)
{
	return heads_close(acc) && records_close(acc) && stdout_closes(acc);
}

static void print_if_any(FILE *out, __u64 count, const char *what)
{
	if (count)
		fprintf(out, "%llu %s\n", count, what);
}

static const char *plural(__u64 count)
{
	return count == 1 ? "" : "s";
}

static void print_summary(FILE *out, const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count, heads = count[HDRTAP_COUNTER_HEADS];
	const __u64 *kind = acc->output;

	fprintf(out, "%llu request%s and %llu response%s %s\n", kind[HDRTAP_KIND_REQUEST],
		plural(kind[HDRTAP_KIND_REQUEST]), kind[HDRTAP_KIND_RESPONSE],
		plural(kind[HDRTAP_KIND_RESPONSE]), acc->live ? "logged" : "read");
	print_if_any(out, acc->unwritten, "of them not written");
	if (acc->live)
		fprintf(out, "%llu head%s seen by the kernel\n", heads, plural(heads));
	else if (saw_packets(acc))
		fprintf(out, "%llu head%s in %llu packet%s\n", heads, plural(heads), packets(acc),
			plural(packets(acc)));
	print_if_any(out, count[HDRTAP_COUNTER_EXPRESSION], "packets excluded by the expression");
	print_if_any(out, count[HDRTAP_COUNTER_SAMPLED_OUT], "packets left out by --sample");
	if (acc->live)
		fprintf(out, "%llu lost (buffer full)\n", count[HDRTAP_COUNTER_LOST_SPACE]);
	print_if_any(out, count[HDRTAP_COUNTER_LOST_RING], "lost (no ring buffer on their CPU)");
	print_if_any(out, count[HDRTAP_COUNTER_LOST_OTHER], "lost (perf output failed)");
	print_if_any(out, acc->user[HDRTAP_USER_DROPPED], "dropped (the output failed)");
	print_if_any(out, count[HDRTAP_COUNTER_EXCLUDED] + acc->user[HDRTAP_USER_EXCLUDED],
		     "excluded by --where");
	print_if_any(out, count[HDRTAP_COUNTER_LIMITED], "not logged (--limit)");
	print_if_any(out, acc->user[HDRTAP_USER_TAKEN],
		     "times a program of hdrtap was taken away by another program");
	print_if_any(out, acc->user[HDRTAP_USER_STDOUT_SLOW],
		     "not written to standard output (its reader was too slow)");
	print_if_any(out, acc->user[HDRTAP_USER_STDOUT_FAILED],
		     "not written to standard output (it failed or was closed)");
	if (!saw_packets(acc))
		print_if_any(out, acc->user[HDRTAP_USER_LOST_REPORTED], "lost during the capture");
}

/* What of a capture without any head is worth saying. */
static const struct {
	enum hdrtap_counter counter;
	const char *what;
} unread_rows[] = {
	{ HDRTAP_COUNTER_NOT_TCP, "of other protocols than TCP" },
	{ HDRTAP_COUNTER_FRAGMENT, "with a later IP fragment" },
	{ HDRTAP_COUNTER_MALFORMED, "with malformed headers" },
	{ HDRTAP_COUNTER_TLS, "of TLS" },
	{ HDRTAP_COUNTER_HTTP2, "of HTTP/2" },
};

static const char *were(__u64 count)
{
	return count == 1 ? "was" : "were";
}

/* Ethertypes, when nothing was found, or when they were a tenth of all packets. */
static void print_ethertypes(FILE *out, const struct accounts *acc)
{
	const struct hdrtap_unread *unread = acc->kernel.unread;
	__u64 sum = 0;
	int i;

	for (i = 0; i < HDRTAP_UNREAD_MAX; i++)
		sum += unread[i].packets;
	if (acc->kernel.count[HDRTAP_COUNTER_HEADS] &&
	    sum < (packets(acc) - acc->kernel.count[HDRTAP_COUNTER_EXPRESSION]) / 10)
		return;
	for (i = 0; i < HDRTAP_UNREAD_MAX; i++) {
		if (!unread[i].packets)
			continue;
		if (unread[i].ethertype)
			fprintf(out, "%llu packet%s of ethertype 0x%04x %s not looked into\n",
				unread[i].packets, plural(unread[i].packets), unread[i].ethertype,
				were(unread[i].packets));
		else
			fprintf(out, "%llu packet%s of other ethertypes %s not looked into\n",
				unread[i].packets, plural(unread[i].packets),
				were(unread[i].packets));
	}
}

static void print_unread(FILE *out, const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;

	print_ethertypes(out, acc);
	for (size_t i = 0; i < sizeof(unread_rows) / sizeof(*unread_rows); i++)
		if (!count[HDRTAP_COUNTER_HEADS] && count[unread_rows[i].counter])
			fprintf(out, "%llu packet%s %s %s not looked into\n",
				count[unread_rows[i].counter],
				plural(count[unread_rows[i].counter]), unread_rows[i].what,
				were(count[unread_rows[i].counter]));
}

static void print_counter(FILE *out, __u64 count, const struct accounts_row *row)
{
	if (count)
		fprintf(out, "%14llu %-26s %s\n", count, row->name, row->help);
}

static void print_table(FILE *out, const struct accounts *acc)
{
	int i;

	for (i = 0; i < HDRTAP_COUNTER_MAX; i++)
		print_counter(out, acc->kernel.count[i], &accounts_kernel[i]);
	for (i = 0; i < HDRTAP_USER_MAX; i++)
		print_counter(out, acc->user[i], &accounts_user[i]);
}

static const char *sign(bool closes)
{
	return closes ? "=" : "IS NOT";
}

static void print_equations(FILE *out, const struct accounts *acc)
{
	const __u64 *count = acc->kernel.count;

	if (acc->stale) {
		fprintf(out, "the kernel's counters are older than the records: no sums\n");
		return;
	}
	fprintf(out,
		"%llu heads started %s %llu: %llu emitted + %llu filtered + "
		"%llu excluded + %llu limited + %llu lost + %llu abandoned + %llu in progress\n",
		count[HDRTAP_COUNTER_HEADS], sign(heads_close(acc)), heads_ended(acc),
		count[HDRTAP_COUNTER_EMITTED], count[HDRTAP_COUNTER_FILTERED],
		count[HDRTAP_COUNTER_EXCLUDED], count[HDRTAP_COUNTER_LIMITED], lost(acc),
		abandoned(acc), count[HDRTAP_COUNTER_IN_PROGRESS]);
	fprintf(out, "%llu heads emitted %s %llu: %llu written + %llu dropped\n",
		count[HDRTAP_COUNTER_EMITTED], sign(records_close(acc)), records_ended(acc),
		acc->user[HDRTAP_USER_WRITTEN], acc->user[HDRTAP_USER_DROPPED]);
}

static void print_stdout(FILE *out, const struct accounts *acc)
{
	fprintf(out,
		"%llu records for standard output %s %llu: %llu written + %llu too slow + %llu "
		"failed + %llu waiting\n",
		acc->user[HDRTAP_USER_STDOUT], sign(stdout_closes(acc)), stdout_ended(acc),
		acc->user[HDRTAP_USER_STDOUT_WRITTEN], acc->user[HDRTAP_USER_STDOUT_SLOW],
		acc->user[HDRTAP_USER_STDOUT_FAILED], acc->stdout_waiting);
}

void accounts_print(FILE *out, const struct accounts *acc, bool full)
{
	if (full) {
		print_table(out, acc);
		if (saw_packets(acc))
			print_equations(out, acc);
		if (acc->user[HDRTAP_USER_STDOUT])
			print_stdout(out, acc);
	}
	print_summary(out, acc);
	print_unread(out, acc);
	fflush(out);
}

void accounts_say(const struct accounts *acc, bool full)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out)
		accounts_print(out, acc, full);
	if (out && !fclose(out))
		error_out(text, size);
	else
		fail(ENOMEM, "cannot print the accounts: out of memory; free some memory");
	free(text);
}
