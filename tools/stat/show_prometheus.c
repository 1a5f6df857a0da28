/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is counted is told apart by the interfaces that a capture was asked for, not by its run: so
 * a capture that is started again goes on with the same series. Only where several captures were
 * asked for the same is the run a label, too.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/accounts.h"
#include "show.h"
#include "view/label_escape.h"

#define NS_PER_S 1e9

/* Counters that are one metric, with what follows the prefix as a label's value. */
struct family {
	const char *prefix;
	const char *label;
	const char *help;
};

static const struct family causes[] = {
	{ "heads_lost_", "cause", "heads whose records did not reach user space" },
	{ "heads_abandoned_", "cause", "heads abandoned" },
};

static const struct family outcomes = { "packets_", "outcome", "packets, by outcome" };

#define X_ONE(...) +1
#define OUTCOMES   (0 HDRTAP_PACKET_COUNTERS(X_ONE)) /* they come first */

struct exposition {
	FILE *out;
	const struct stat_list *now;
	bool *shared; /* per capture: another was asked for the same interfaces */
	const char *metric;
};

static void begin(struct exposition *to, const char *metric, const char *type, const char *help)
{
	to->metric = metric;
	fprintf(to->out, "# HELP %s %s\n# TYPE %s %s\n", metric, help, metric, type);
}

static void print_value(FILE *out, const char *value)
{
	char escaped[LABEL_ESCAPED_MAX * STAT_ASKED];
	size_t size = strnlen(value, STAT_ASKED);

	fwrite(escaped, 1, label_escape(escaped, (const __u8 *)value, size) - escaped, out);
}

static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, ",%s=\"", name);
	print_value(out, value);
	fputc('"', out);
}

/* A sample of capture number `i`; `labels`: names and values, ended by NULL. */
static void begin_sample(const struct exposition *to, size_t i, va_list labels)
{
	const struct stat_snapshot *of = &to->now->item[i];
	char run[SHOW_RUN_TEXT];
	const char *name;

	fprintf(to->out, "%s{interfaces=\"", to->metric);
	print_value(to->out, of->head.asked);
	fputc('"', to->out);
	if (to->shared[i])
		print_label(to->out, "run", show_run(run, of));
	while ((name = va_arg(labels, const char *)))
		print_label(to->out, name, va_arg(labels, const char *));
	fputs("} ", to->out);
}

static void count(const struct exposition *to, size_t i, __u64 value, ...)
{
	va_list labels;

	va_start(labels, value);
	begin_sample(to, i, labels);
	va_end(labels);
	fprintf(to->out, "%llu\n", value);
}

static void seconds(const struct exposition *to, size_t i, __s64 ns, ...)
{
	va_list labels;

	va_start(labels, ns);
	begin_sample(to, i, labels);
	va_end(labels);
	fprintf(to->out, "%.9f\n", ns / NS_PER_S);
}

static const struct family *family_of(int counter)
{
	if (counter < OUTCOMES)
		return &outcomes;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++)
		if (!strncmp(accounts_kernel[counter].name, causes[i].prefix,
			     strlen(causes[i].prefix)))
			return &causes[i];
	return NULL;
}

static void show_family(struct exposition *to, const struct family *family, int first)
{
	size_t length = strlen(family->prefix);
	char metric[64];

	snprintf(metric, sizeof(metric), "hdrtap_%.*s_total", (int)length - 1, family->prefix);
	begin(to, metric, "counter", family->help);
	for (size_t i = 0; i < to->now->count; i++)
		for (int c = first; c < HDRTAP_COUNTER_MAX && family_of(c) == family; c++)
			count(to, i, to->now->item[i].guard.kernel.count[c], family->label,
			      accounts_kernel[c].name + length, NULL);
}

static void show_counter(struct exposition *to, const struct accounts_row *row, int kernel,
			 int user)
{
	bool gauge = kernel == HDRTAP_COUNTER_IN_PROGRESS;
	char metric[64];

	snprintf(metric, sizeof(metric), "hdrtap_%s%s", row->name, gauge ? "" : "_total");
	begin(to, metric, gauge ? "gauge" : "counter", row->help);
	for (size_t i = 0; i < to->now->count; i++)
		count(to, i,
		      kernel >= 0 ? to->now->item[i].guard.kernel.count[kernel]
				  : to->now->item[i].worker.user[user],
		      NULL);
}

static void show_counters(struct exposition *to)
{
	const struct family *family, *last = NULL;

	for (int c = 0; c < HDRTAP_COUNTER_MAX; c++) {
		family = family_of(c);
		if (!family)
			show_counter(to, &accounts_kernel[c], c, -1);
		else if (family != last)
			show_family(to, family, c);
		last = family;
	}
	for (int c = 0; c < HDRTAP_USER_MAX; c++)
		show_counter(to, &accounts_user[c], -1, c);
}

static void show_output(struct exposition *to)
{
	begin(to, "hdrtap_records_output_total", "counter",
	      "records that reached the output, by kind");
	for (size_t i = 0; i < to->now->count; i++) {
		const __u64 *output = to->now->item[i].worker.output;

		count(to, i, output[HDRTAP_KIND_REQUEST], "kind", "request", NULL);
		count(to, i, output[HDRTAP_KIND_RESPONSE], "kind", "response", NULL);
	}
}

static __u64 cpu_lost(const struct stat_snapshot *of, __u32 cpu)
{
	return of->cpu[cpu].lost;
}

static __u64 ring_bytes(const struct stat_snapshot *of, __u32 cpu)
{
	return of->ring[cpu].bytes;
}

static __u64 ring_fill(const struct stat_snapshot *of, __u32 cpu)
{
	return of->ring[cpu].fill;
}

static __u64 ring_peak(const struct stat_snapshot *of, __u32 cpu)
{
	return of->ring[cpu].peak;
}

static void per_cpu(const struct exposition *to,
		    __u64 (*value)(const struct stat_snapshot *, __u32))
{
	char text[16];

	for (size_t i = 0; i < to->now->count; i++) {
		const struct stat_snapshot *of = &to->now->item[i];

		for (__u32 cpu = 0; cpu < of->head.cpus; cpu++) {
			if (!show_cpu(of, cpu))
				continue;
			snprintf(text, sizeof(text), "%u", cpu);
			count(to, i, value(of, cpu), "cpu", text, NULL);
		}
	}
}

static void show_cpus(struct exposition *to)
{
	begin(to, "hdrtap_cpu_records_lost_total", "counter", "records lost, by CPU");
	per_cpu(to, cpu_lost);
	begin(to, "hdrtap_ring_size_bytes", "gauge", "size of the CPU's ring buffer");
	per_cpu(to, ring_bytes);
	begin(to, "hdrtap_ring_fill_bytes", "gauge",
	      "fill of the CPU's ring buffer at the last read");
	per_cpu(to, ring_fill);
	begin(to, "hdrtap_ring_peak_bytes", "gauge",
	      "peak fill of the CPU's ring buffer since the start");
	per_cpu(to, ring_peak);
}

static void show_direction(const struct exposition *to, size_t i, const char *name,
			   const char *direction, __u32 hook)
{
	if (hook)
		count(to, i, 1, "interface", name, "direction", direction, "hook", show_hook(hook),
		      NULL);
}

static void show_interfaces(struct exposition *to)
{
	begin(to, "hdrtap_attached", "gauge", "attached hooks");
	for (size_t i = 0; i < to->now->count; i++) {
		const struct stat_snapshot *of = &to->now->item[i];

		for (__u32 k = 0; k < of->guard.interface_count; k++) {
			const struct stat_interface *at = &of->interface[k];

			show_direction(to, i, at->name, "receive", at->receive);
			show_direction(to, i, at->name, "transmit", at->transmit);
		}
	}
}

static void show_programs(struct exposition *to)
{
	begin(to, "hdrtap_program_runs_total", "counter",
	      "runs of a kernel program while kernel.bpf_stats_enabled was 1");
	for (size_t i = 0; i < to->now->count; i++) {
		const struct stat_guard *guard = &to->now->item[i].guard;

		for (__u32 p = 0; p < guard->program_count; p++)
			count(to, i, guard->program[p].runs, "program", guard->program[p].name,
			      NULL);
	}
	begin(to, "hdrtap_program_run_seconds_total", "counter", "time that these runs took");
	for (size_t i = 0; i < to->now->count; i++) {
		const struct stat_guard *guard = &to->now->item[i].guard;

		for (__u32 p = 0; p < guard->program_count; p++)
			seconds(to, i, guard->program[p].run_ns, "program", guard->program[p].name,
				NULL);
	}
}

static void show_times(struct exposition *to)
{
	begin(to, "hdrtap_start_time_seconds", "gauge", "start of the capture, Unix time");
	for (size_t i = 0; i < to->now->count; i++)
		seconds(to, i, to->now->item[i].head.started_utc, NULL);
	begin(to, "hdrtap_update_time_seconds", "gauge",
	      "last update by a process of the capture, Unix time");
	for (size_t i = 0; i < to->now->count; i++) {
		const struct stat_snapshot *of = &to->now->item[i];

		seconds(to, i, show_utc(of, of->guard.updated), "process", "guard", NULL);
		seconds(to, i, show_utc(of, of->worker.updated), "process", "worker", NULL);
	}
}

static void show_captures(struct exposition *to)
{
	begin(to, "hdrtap_info", "gauge", "captures and their version");
	for (size_t i = 0; i < to->now->count; i++)
		count(to, i, 1, "version", to->now->item[i].head.program_version, NULL);
	show_times(to);
	show_interfaces(to);
	show_cpus(to);
	show_programs(to);
	show_counters(to);
	show_output(to);
}

static bool is_shared(const struct stat_list *list, size_t i)
{
	for (size_t k = 0; k < list->count; k++)
		if (k != i && !strcmp(list->item[k].head.asked, list->item[i].head.asked))
			return true;
	return false;
}

int show_prometheus(FILE *out, const struct stat_list *now)
{
	struct exposition to = { .out = out, .now = now };

	fprintf(out,
		"# HELP hdrtap_captures captures running on this host\n"
		"# TYPE hdrtap_captures gauge\n"
		"hdrtap_captures %zu\n",
		now->count);
	if (!now->count)
		return 0;
	to.shared = calloc(now->count, sizeof(*to.shared));
	if (!to.shared)
		return fail(ENOMEM, "cannot list metrics: out of memory; free some memory");
	for (size_t i = 0; i < now->count; i++)
		to.shared[i] = is_shared(now, i);
	show_captures(&to);
	free(to.shared);
	return 0;
}
