/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_gen.h>

#include "base/clock.h"
#include "base/error.h"
#include "run/accounts.h"
#include "show.h"

#define NS_PER_S 1000000000LL

static void text(yajl_gen gen, const char *value)
{
	yajl_gen_string(gen, (const unsigned char *)value, strlen(value));
}

static void key_text(yajl_gen gen, const char *key, const char *value)
{
	text(gen, key);
	text(gen, value);
}

static void key_number(yajl_gen gen, const char *key, __u64 value)
{
	text(gen, key);
	yajl_gen_integer(gen, value);
}

static void key_time(yajl_gen gen, const char *key, __s64 utc)
{
	char stamp[32], value[64];
	time_t seconds = utc / NS_PER_S;
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &tm));
	snprintf(value, sizeof(value), "%s.%09lldZ", stamp, utc % NS_PER_S);
	key_text(gen, key, value);
}

static void open_map(yajl_gen gen, const char *key)
{
	text(gen, key);
	yajl_gen_map_open(gen);
}

static void open_array(yajl_gen gen, const char *key)
{
	text(gen, key);
	yajl_gen_array_open(gen);
}

static void put_interface(yajl_gen gen, const struct stat_interface *interface)
{
	yajl_gen_map_open(gen);
	key_text(gen, "name", interface->name);
	key_number(gen, "index", interface->ifindex);
	text(gen, "up");
	yajl_gen_bool(gen, interface->up);
	if (interface->receive)
		key_text(gen, "receive", show_hook(interface->receive));
	if (interface->transmit)
		key_text(gen, "transmit", show_hook(interface->transmit));
	yajl_gen_map_close(gen);
}

static void put_cpu(yajl_gen gen, const struct stat_snapshot *of, __u32 cpu)
{
	yajl_gen_map_open(gen);
	key_number(gen, "cpu", cpu);
	key_number(gen, "lost", of->cpu[cpu].lost);
	key_number(gen, "ring_bytes", of->ring[cpu].bytes);
	key_number(gen, "ring_fill_bytes", of->ring[cpu].fill);
	key_number(gen, "ring_peak_bytes", of->ring[cpu].peak);
	yajl_gen_map_close(gen);
}

static void put_program(yajl_gen gen, const struct stat_program *program)
{
	yajl_gen_map_open(gen);
	key_text(gen, "name", program->name);
	key_number(gen, "runs", program->runs);
	key_number(gen, "run_ns", program->run_ns);
	yajl_gen_map_close(gen);
}

static void put_head(yajl_gen gen, const struct stat_snapshot *of)
{
	char run[SHOW_RUN_TEXT];

	key_text(gen, "run", show_run(run, of));
	key_text(gen, "version", of->head.program_version);
	key_text(gen, "asked", of->head.asked);
	key_time(gen, "started", of->head.started_utc);
	key_number(gen, "guard_pid", of->head.guard_pid);
	key_number(gen, "worker_pid", of->guard.worker_pid);
	key_time(gen, "guard_updated", show_utc(of, of->guard.updated));
	key_time(gen, "worker_updated", show_utc(of, of->worker.updated));
}

static void put_lists(yajl_gen gen, const struct stat_snapshot *of)
{
	open_array(gen, "interfaces");
	for (__u32 i = 0; i < of->guard.interface_count; i++)
		put_interface(gen, &of->interface[i]);
	yajl_gen_array_close(gen);
	if (of->interfaces_untold)
		key_number(gen, "interfaces_more", of->interfaces_untold);
	open_array(gen, "cpus");
	for (__u32 cpu = 0; cpu < of->head.cpus; cpu++)
		if (show_cpu(of, cpu))
			put_cpu(gen, of, cpu);
	yajl_gen_array_close(gen);
	open_array(gen, "programs");
	for (__u32 i = 0; i < of->guard.program_count; i++)
		put_program(gen, &of->guard.program[i]);
	yajl_gen_array_close(gen);
}

static void put_counters(yajl_gen gen, const struct stat_snapshot *of)
{
	open_map(gen, "kernel");
	for (int i = 0; i < HDRTAP_COUNTER_MAX; i++)
		key_number(gen, accounts_kernel[i].name, of->guard.kernel.count[i]);
	yajl_gen_map_close(gen);
	open_map(gen, "user");
	for (int i = 0; i < HDRTAP_USER_MAX; i++)
		key_number(gen, accounts_user[i].name, of->worker.user[i]);
	yajl_gen_map_close(gen);
	open_map(gen, "output");
	key_number(gen, "requests", of->worker.output[HDRTAP_KIND_REQUEST]);
	key_number(gen, "responses", of->worker.output[HDRTAP_KIND_RESPONSE]);
	yajl_gen_map_close(gen);
}

static void put_all(yajl_gen gen, const struct stat_list *now)
{
	yajl_gen_map_open(gen);
	key_time(gen, "time", clock_utc());
	open_array(gen, "captures");
	for (size_t i = 0; i < now->count; i++) {
		yajl_gen_map_open(gen);
		put_head(gen, &now->item[i]);
		put_lists(gen, &now->item[i]);
		put_counters(gen, &now->item[i]);
		yajl_gen_map_close(gen);
	}
	yajl_gen_array_close(gen);
	yajl_gen_map_close(gen);
}

static void print(void *out, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, out);
}

int show_json(FILE *out, const struct stat_list *now)
{
	yajl_gen gen = yajl_gen_alloc(NULL);

	if (!gen)
		return fail(ENOMEM, "cannot create JSON: out of memory; free some memory");
	yajl_gen_config(gen, yajl_gen_print_callback, print, out);
	put_all(gen, now);
	yajl_gen_free(gen);
	fputc('\n', out);
	return 0;
}
