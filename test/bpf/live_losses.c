/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The accounts of a live capture, with a real server and client. A reader with ample rings gets
 * every record, in the order of time. One with rings of a page that is stopped under load loses
 * records: every loss is counted by the kernel, told to the sink, and the sums are exact all the
 * same.
 */
#include <errno.h>
#include <sys/mman.h>

#include "live/live.h"
#include "live_http.h"
#include "run/elements.h"
#include "worker/worker.h"

#define CPUS_MAX 256

/* What the capturing process leaves in shared memory. */
struct outcome {
	pid_t worker;
	int result;
	struct accounts accounts;
	__u64 records;
	__u64 lost;
	__u64 out_of_order;
	__u64 time; /* of the last record */
	__u64 records_of[CPUS_MAX];
	__u64 lost_of[CPUS_MAX];
	__u64 sequences_of[CPUS_MAX]; /* one more than the last record's */
};

static struct outcome *outcome;

/* What the sink answers to every third record. */
static int sink_answer;

static int on_describe(struct sink *sink, const struct run_meta *meta)
{
	(void)sink;
	(void)meta;
	return 0;
}

static int on_write(struct sink *sink, const struct hdrtap_record *rec, __s64 utc_offset,
		    const char *interface)
{
	(void)sink;
	(void)utc_offset;
	(void)interface;
	outcome->records++;
	outcome->records_of[rec->cpu]++;
	outcome->sequences_of[rec->cpu] = rec->sequence + 1;
	outcome->out_of_order += rec->time < outcome->time;
	outcome->time = rec->time;
	return outcome->records % 3 ? 0 : sink_answer;
}

static int on_lost(struct sink *sink, __u32 cpu, __u64 count)
{
	(void)sink;
	outcome->lost += count;
	outcome->lost_of[cpu] += count;
	return 0;
}

static const struct sink_ops sink_ops = {
	.describe = on_describe,
	.write = on_write,
	.lost = on_lost,
};

/* The worker's life. */
static int work(void *context, struct worker *worker)
{
	struct sink sink = { &sink_ops };
	struct run_meta meta = { .record_size = HDRTAP_RECORD_SIZE_DEFAULT };
	struct source source = {
		.sink = &sink,
		.meta = &meta,
		.settings = context,
		.accounts = &outcome->accounts,
		.signal_fd = -1,
	};

	outcome->worker = getpid();
	outcome->result = worker_run(worker, &source);
	return 0;
}

static void capture(size_t ring_bytes, __u32 kinds)
{
	const char *name = "lo";
	struct settings_options chosen = { .kinds = kinds };
	struct run_meta meta = { 0 };
	struct live_options options = {
		.interfaces = &name,
		.interface_count = 1,
		.ring_bytes = ring_bytes,
		.meta = &meta,
		.settings = &chosen,
		.work = work,
		.context = &chosen,
	};
	int status;

	if (run_meta_init(&meta))
		_exit(1);
	elements_default(&meta);
	live_run(&options, &status);
}

/* Passes on what the capture says; returns whether it listens. */
static bool listens(int said)
{
	FILE *from = fdopen(said, "r");
	bool listening = false;
	char line[1024];

	while (!listening && fgets(line, sizeof(line), from)) {
		fputs(line, stderr);
		listening = strstr(line, "listening on");
	}
	return listening; /* `from` stays open, so that more can be said */
}

/* Starts a capture of loopback in another process; returns when it is attached. */
static pid_t capture_begin(size_t ring_bytes, __u32 kinds)
{
	int said[2];
	pid_t pid;

	memset(outcome, 0, sizeof(*outcome));
	if (pipe(said))
		exit(1);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(said[1], STDERR_FILENO);
		close(said[0]);
		close(said[1]);
		capture(ring_bytes, kinds);
		_exit(0);
	}
	close(said[1]);
	if (listens(said[0]))
		return pid;
	printf("FAIL set_up: the capture does not start\n");
	exit(1);
}

static void capture_end(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

#define COUNT(s) (outcome->accounts.kernel.count[HDRTAP_COUNTER_##s])
#define USER(s)  (outcome->accounts.user[HDRTAP_USER_##s])

static __u64 lost_in_kernel(void)
{
	return COUNT(LOST_SPACE) + COUNT(LOST_RING) + COUNT(LOST_OTHER);
}

static bool heads_close(__u64 heads)
{
	return COUNT(HEADS) == heads &&
	       COUNT(HEADS) == COUNT(EMITTED) + COUNT(FILTERED) + lost_in_kernel();
}

static bool records_close(void)
{
	return COUNT(EMITTED) == USER(WRITTEN) && USER(WRITTEN) == outcome->records &&
	       !USER(DROPPED);
}

/* Per CPU: the numbers that are missing among the records are no more than its losses. */
static bool holes_are_losses(void)
{
	for (int cpu = 0; cpu < CPUS_MAX; cpu++)
		if (outcome->sequences_of[cpu] > outcome->records_of[cpu] + outcome->lost_of[cpu])
			return false;
	return true;
}

static void ample_rings(void)
{
	pid_t pid = capture_begin(0, 6);

	http_get(2000);
	capture_end(pid);
	check("ample_result", outcome->result == 0, "it is an error");
	check("ample_heads", heads_close(4000),
	      "requests and responses are not 4000, or the sum is another");
	check("ample_records", records_close() && outcome->records == 4000,
	      "not every record arrived");
	check("ample_nothing_lost", !lost_in_kernel() && !outcome->lost && !USER(LOST_REPORTED),
	      "losses");
	check("ample_in_order", !outcome->out_of_order, "a record is older than the one before");
}

static void requests_only(void)
{
	pid_t pid = capture_begin(0, 1U << HDRTAP_KIND_REQUEST);

	http_get(100);
	capture_end(pid);
	check("filtered_heads", heads_close(200) && COUNT(FILTERED) == 100,
	      "responses are not filtered");
	check("filtered_records", records_close() && outcome->records == 100,
	      "not every record arrived");
}

/* A full disk may have room again: what it did not take is counted. */
static void full_disk(void)
{
	pid_t pid;

	sink_answer = -ENOSPC;
	pid = capture_begin(0, 6);
	http_get(150);
	capture_end(pid);
	check("full_disk_goes_on", outcome->result == 0 && outcome->records == 300,
	      "it ends the capture");
	check("full_disk_drops",
	      USER(DROPPED) == 100 && USER(WRITTEN) == 200 && COUNT(EMITTED) == 300,
	      "emitted = written + dropped does not hold");
}

/* The capture ends by itself; what came until it was detached is in the accounts. */
static void sink_ends(const char *name, int answer, int result)
{
	pid_t pid;

	sink_answer = answer;
	pid = capture_begin(0, 6);
	http_get(150);
	waitpid(pid, NULL, 0);
	sink_answer = 0;
	check(name,
	      outcome->result == result && outcome->records >= 3 &&
		      COUNT(EMITTED) == USER(WRITTEN) + USER(DROPPED),
	      "another result, or other sums");
}

/* On loopback the client's CPU is the one that a request is seen on. Returns how many were sent. */
static int http_get_on_each_cpu(int count)
{
	cpu_set_t all, one;
	int sent = 0;

	sched_getaffinity(0, sizeof(all), &all);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		http_get(count);
		sent += count;
	}
	sched_setaffinity(0, sizeof(all), &all);
	return sent;
}

/* A CPU's losses are reported with the next record that finds room on it. */
static void stopped_reader(void)
{
	pid_t pid = capture_begin(1, 6);
	int sent;

	http_get(50);
	kill(outcome->worker, SIGSTOP);
	http_get(1000);
	kill(outcome->worker, SIGCONT);
	sent = http_get_on_each_cpu(50);
	capture_end(pid);
	check("stopped_result", outcome->result == 0, "losses are an error");
	check("stopped_loses", lost_in_kernel() >= 1000, "too little is lost to show anything");
	check("stopped_heads", heads_close(2 * (50 + 1000 + sent)),
	      "heads = emitted + filtered + lost does not hold");
	check("stopped_records", records_close(),
	      "emitted, written and seen by the sink are not equal");
	check("stopped_losses_told", outcome->lost == lost_in_kernel(),
	      "the sink was told another number");
	check("stopped_cross_check", USER(LOST_REPORTED) <= lost_in_kernel() && USER(LOST_REPORTED),
	      "the perf buffers report none, or more than the programs counted");
	check("stopped_holes", holes_are_losses(),
	      "more numbers are missing than records were lost");
}

int main(void)
{
	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	net_begin();
	http_begin();
	ample_rings();
	requests_only();
	full_disk();
	sink_ends("enough_ends_it", SINK_ENOUGH, 0);
	sink_ends("closed_pipe_ends_it", -EPIPE, -EPIPE);
	stopped_reader();
	return failures != 0;
}
