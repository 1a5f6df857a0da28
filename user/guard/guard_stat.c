/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "guard/guard_stat.h"

#include <bpf/bpf.h>
#include <string.h>

#include "base/clock.h"

static struct stat_program *find(struct stat_guard *guard, const char *name)
{
	struct stat_program *program = guard->program;

	for (; program < guard->program + guard->program_count; program++)
		if (!strcmp(program->name, name))
			return program;
	if (guard->program_count == STAT_PROGRAMS)
		return NULL;
	guard->program_count++;
	strncpy(program->name, name, sizeof(program->name) - 1);
	return program;
}

static void add_program(void *context, const char *name, int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	struct stat_program *program;

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return;
	program = find(context, name);
	if (!program)
		return;
	program->run_ns += info.run_time_ns;
	program->runs += info.run_cnt;
}

static __u32 receive_hook(const struct live_interface *interface)
{
	static const __u32 hooks[] = {
		[ATTACH_TC] = STAT_HOOK_TC,
		[ATTACH_XDP_NATIVE] = STAT_HOOK_XDP_NATIVE,
		[ATTACH_XDP_GENERIC] = STAT_HOOK_XDP_GENERIC,
	};

	return hooks[interface->report.receive];
}

static struct stat_interface describe(const struct live_interface *interface)
{
	struct stat_interface to = {
		.ifindex = interface->interface.index,
		.up = interface->interface.up,
	};

	memcpy(to.name, interface->interface.name, sizeof(to.name));
	if (interface->directions & 1U << HDRTAP_DIRECTION_RECEIVE)
		to.receive = receive_hook(interface);
	if (interface->directions & 1U << HDRTAP_DIRECTION_TRANSMIT)
		to.transmit = STAT_HOOK_TC;
	return to;
}

void guard_stat_write(struct live_shared *shared, pid_t worker,
		      const struct kernel_counters *counters,
		      const struct live_interfaces *interfaces, const struct attach *attach)
{
	struct stat_interface list[STAT_INTERFACES];
	struct stat_guard now = {
		.worker_pid = worker,
		.updated = clock_boottime(),
		.kernel = counters->sum,
		.taken = interfaces->taken,
	};

	for (size_t i = 0; i < interfaces->count; i++) {
		if (!interfaces->list[i].attached)
			continue;
		if (now.interface_count < STAT_INTERFACES)
			list[now.interface_count] = describe(&interfaces->list[i]);
		now.interface_count++;
	}
	attach_programs(attach, add_program, &now);
	live_shared_write(shared, &now, counters->lost, list);
}
