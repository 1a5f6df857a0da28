/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/printable.h"
#include "run/accounts.h"
#include "show.h"

#define NS_PER_S 1000000000ULL
#define LATE_NS  (3 * NS_PER_S) /* a process that wrote nothing for so long is told of */
#define KIB      1024

struct text {
	FILE *out;
	const struct stat_snapshot *now;
	const struct stat_snapshot *before; /* NULL: none */
	double seconds;                     /* between the two */
};

static void print_begin(const struct text *text)
{
	const struct stat_head *head = &text->now->head;
	time_t started = head->started_utc / (__s64)NS_PER_S;
	char run[SHOW_RUN_TEXT], since[sizeof("2026-01-01T00:00:00Z")];
	char asked[PRINTABLE_SIZE(sizeof(head->asked))];
	struct tm tm;

	strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&started, &tm));
	fprintf(text->out, "run %s, hdrtap %s on %s, since %s, processes %u and %u\n",
		show_run(run, text->now), head->program_version,
		printable(asked, sizeof(asked), head->asked), since, head->guard_pid,
		text->now->guard.worker_pid);
}

static void print_interface(FILE *out, const struct stat_interface *interface)
{
	const char *receive = show_hook(interface->receive);
	const char *transmit = show_hook(interface->transmit);
	char name[PRINTABLE_SIZE(sizeof(interface->name))];

	fprintf(out, "  attached to %s:%s%s%s%s%s%s\n",
		printable(name, sizeof(name), interface->name), receive ? " receive " : "",
		receive ? receive : "", receive && transmit ? "," : "",
		transmit ? " transmit " : "", transmit ? transmit : "",
		interface->up ? "" : " (down)");
}

static void print_interfaces(const struct text *text)
{
	const struct stat_snapshot *now = text->now;

	for (__u32 i = 0; i < now->guard.interface_count; i++)
		print_interface(text->out, &now->interface[i]);
	if (now->interfaces_untold)
		fprintf(text->out, "  attached to %u more\n", now->interfaces_untold);
	if (!now->guard.interface_count)
		fprintf(text->out, "  attached to nothing: no interface is left\n");
}

static void print_counter(const struct text *text, const struct accounts_row *row, __u64 now,
			  __u64 before)
{
	if (!now)
		return;
	fprintf(text->out, "%14llu ", now);
	if (text->before)
		fprintf(text->out, "%12.1f/s ", (double)(__s64)(now - before) / text->seconds);
	fprintf(text->out, "%-26s %s\n", row->name, row->help);
}

static void print_counters(const struct text *text)
{
	const struct stat_snapshot *now = text->now, *then = text->before;

	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		print_counter(text, &accounts_kernel[i], now->guard.kernel.count[i],
			      then ? then->guard.kernel.count[i] : 0);
	for (int i = 0; i < HDRTAP_USER_MAX; i++)
		print_counter(text, &accounts_user[i], now->worker.user[i],
			      then ? then->worker.user[i] : 0);
}

static double percent(__u64 part, __u64 of)
{
	return of ? 100.0 * part / of : 0;
}

static void print_cpu(const struct text *text, __u32 cpu)
{
	const struct stat_ring *ring = &text->now->ring[cpu];

	fprintf(text->out,
		"  CPU %u: %llu records lost, ring buffer of %llu KiB %.1f%% "
		"full, peak %.1f%%\n",
		cpu, text->now->cpu[cpu].lost, ring->bytes / KIB, percent(ring->fill, ring->bytes),
		percent(ring->peak, ring->bytes));
}

static void print_programs(const struct text *text)
{
	const struct stat_guard *guard = &text->now->guard;
	const struct stat_program *program = guard->program;
	__u64 runs = 0;

	for (; program < guard->program + guard->program_count; program++) {
		runs += program->runs;
		if (program->runs)
			fprintf(text->out, "  program %s: %llu runs of %.2f us\n", program->name,
				program->runs, (double)program->run_ns / program->runs / 1000);
	}
	if (!runs)
		fprintf(text->out, "  program run time is not measured; turn it on with 'sysctl "
				   "kernel.bpf_stats_enabled=1'\n");
}

static void print_late(const struct text *text, const char *who, __u64 updated)
{
	__u64 now = clock_boottime();

	if (now > updated && now - updated > LATE_NS)
		fprintf(text->out,
			"  the %s has written nothing for %llu s; check whether it "
			"is stopped\n",
			who, (now - updated) / NS_PER_S);
}

static void print_one(const struct text *text)
{
	const struct stat_snapshot *now = text->now;

	print_begin(text);
	print_interfaces(text);
	print_late(text, "guard", now->guard.updated);
	print_late(text, "worker", now->worker.updated);
	for (__u32 cpu = 0; cpu < now->head.cpus; cpu++)
		if (show_cpu(now, cpu))
			print_cpu(text, cpu);
	print_programs(text);
	print_counters(text);
}

/* The same run at the earlier look, if it had gone on since then. */
static const struct stat_snapshot *find(const struct stat_list *list,
					const struct stat_snapshot *now)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!memcmp(list->item[i].head.run_id, now->head.run_id,
			    sizeof(now->head.run_id)) &&
		    list->item[i].guard.updated < now->guard.updated)
			return &list->item[i];
	return NULL;
}

void show_text(FILE *out, const struct stat_list *now, const struct stat_list *before)
{
	if (!now->count)
		fprintf(out, "no capture is running on this host\n");
	for (size_t i = 0; i < now->count; i++) {
		struct text text = { .out = out, .now = &now->item[i] };

		text.before = find(before, text.now);
		if (text.before)
			text.seconds =
				(double)(text.now->guard.updated - text.before->guard.updated) /
				NS_PER_S;
		if (i)
			fputc('\n', out);
		print_one(&text);
	}
}
