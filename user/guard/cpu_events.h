/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * CPUs that go offline and come online (CPU hotplug).
 */
#ifndef HDRTAP_USER_CPU_EVENTS_H
#define HDRTAP_USER_CPU_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

struct cpu_events;

/* That CPU went offline. It may be online again. */
typedef void (*cpu_offline)(void *context, unsigned int cpu);

/* Returns 0 or -errno, saying nothing. */
int cpu_events_open(struct cpu_events **events);
void cpu_events_close(struct cpu_events *events); /* NULL is fine */

/* Readable when something happened, to a CPU or anything else that the kernel tells of. */
int cpu_events_fd(const struct cpu_events *events);

/* Takes all that came so far. Returns whether it was about a CPU. */
bool cpu_events_read(struct cpu_events *events, cpu_offline offline, void *context);

/* Marks in `online` the CPUs from 0 to count - 1 that are, others not. Returns 0 or -errno, saying
 * nothing. */
int cpus_online(bool *online, unsigned int count);

/*
 * Marks those of a list as in /sys/devices/system/cpu/online: "0-3,8". CPUs from `count` on are
 * passed over. Returns 0, or -EINVAL when it is no such list.
 */
int cpus_parse(const char *list, bool *online, unsigned int count);

/* The CPU of an event of that action, "offline" or "online"; -1: it is another event. */
int cpu_event_parse(const char *event, const char *action);

#endif
