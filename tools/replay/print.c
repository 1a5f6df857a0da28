/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "replay.h"

#define NS_PER_S 1000000000ULL
#define BAR      40

static const char *const engine_names[] = {
	[REPLAY_NATIVE] = "native",
	[REPLAY_KERNEL] = "kernel",
	[REPLAY_WIRE] = "wire",
};

__u64 replay_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

void replay_progress(__u64 done, __u64 all)
{
	int filled = done * BAR / all;

	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r[%.*s%*s] %llu of %llu rounds%s", filled,
		"########################################", BAR - filled, "", done, all,
		done == all ? "\n" : "");
}

static double average(const struct times_class *class)
{
	return class->count ? (double)class->total / class->count : 0;
}

static __u64 lost(const struct replay_result *result)
{
	const __u64 *count = result->counts.count;

	return count[HDRTAP_COUNTER_LOST_SPACE] + count[HDRTAP_COUNTER_LOST_RING] +
	       count[HDRTAP_COUNTER_LOST_OTHER];
}

static double per_second(const struct replay_result *result)
{
	return result->ns ? (double)result->packets * NS_PER_S / result->ns : 0;
}

static void text_times(const struct replay_result *result)
{
	printf("%-14s %12s %10s %8s %8s %8s %10s  (ns, %llu of an empty %s taken off)\n", "class",
	       "packets", "mean", "p50", "p90", "p99", "max", result->times->base, "run");
	for (int i = 0; i < REPLAY_CLASS_MAX; i++) {
		const struct times_class *class = &result->times->class[i];

		if (class->count)
			printf("%-14s %12llu %10.1f %8llu %8llu %8llu %10llu\n",
			       replay_class_names[i], class->count, average(class),
			       times_percentile(class, 50), times_percentile(class, 90),
			       times_percentile(class, 99), class->max);
	}
}

static void text_wire(const struct replay_result *result)
{
	printf("packets: %llu sent, %llu refused by the socket, %llu dropped before the program, "
	       "%llu seen by it\n",
	       result->sent, result->refused, result->dropped, result->seen);
	printf("hdrtap: %.3f s of CPU time", result->cpu_ns / (double)NS_PER_S);
	if (result->records)
		printf(", %.0f ns per record", (double)result->cpu_ns / result->records);
	putchar('\n');
}

static void print_text(const struct replay_options *options, const struct replay_result *result)
{
	const __u64 *count = result->counts.count;

	printf("%s: %llu packets in %.3f s, %.0f per second\n", engine_names[options->engine],
	       result->packets, result->ns / (double)NS_PER_S, per_second(result));
	if (result->times)
		text_times(result);
	else
		text_wire(result);
	if (result->too_large)
		printf("%llu packets were too large for the kernel's test interface "
		       "and were left out\n",
		       result->too_large);
	printf("heads: %llu started, %llu emitted (%llu requests, %llu responses), %llu lost in "
	       "the kernel, %llu records read\n",
	       count[HDRTAP_COUNTER_HEADS], count[HDRTAP_COUNTER_EMITTED],
	       count[HDRTAP_COUNTER_REQUESTS], count[HDRTAP_COUNTER_RESPONSES], lost(result),
	       result->records);
}

static void json_times(const struct replay_result *result)
{
	const char *separator = "";

	printf(",\"empty_ns\":%llu,\"classes\":{", result->times->base);
	for (int i = 0; i < REPLAY_CLASS_MAX; i++) {
		const struct times_class *class = &result->times->class[i];

		if (!class->count)
			continue;
		printf("%s\"%s\":{\"packets\":%llu,\"mean_ns\":%.1f,\"p50_ns\":%llu,\"p90_ns\":%"
		       "llu,"
		       "\"p99_ns\":%llu,\"max_ns\":%llu}",
		       separator, replay_class_names[i], class->count, average(class),
		       times_percentile(class, 50), times_percentile(class, 90),
		       times_percentile(class, 99), class->max);
		separator = ",";
	}
	putchar('}');
}

#define X_NAME(symbol, name, ...) name,
static const char *const counter_names[] = { HDRTAP_KERNEL_COUNTERS(X_NAME) };

static void print_json(const struct replay_options *options, const struct replay_result *result)
{
	printf("{\"engine\":\"%s\",\"hook\":\"%s\",\"packets\":%llu,\"seconds\":%.6f,\"packets_per_"
	       "second\":%.1f,\"records\":%llu,\"too_large\":%llu",
	       engine_names[options->engine], options->xdp ? "xdp" : "tc", result->packets,
	       result->ns / (double)NS_PER_S, per_second(result), result->records,
	       result->too_large);
	if (result->times)
		json_times(result);
	else
		printf(",\"sent\":%llu,\"refused\":%llu,\"dropped\":%llu,\"seen\":%llu,\"cpu_ns\":%"
		       "llu",
		       result->sent, result->refused, result->dropped, result->seen,
		       result->cpu_ns);
	printf(",\"counters\":{");
	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		printf("%s\"%s\":%llu", i ? "," : "", counter_names[i], result->counts.count[i]);
	puts("}}");
}

void replay_print(const struct replay_options *options, const struct replay_result *result)
{
	if (options->json)
		print_json(options, result);
	else
		print_text(options, result);
}
