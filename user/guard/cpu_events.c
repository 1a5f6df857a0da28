/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel announces devices, and CPUs are such, on a netlink socket that anybody may listen on
 * (NETLINK_KOBJECT_UEVENT, group 1). In a user namespace of its own a process hears nothing there:
 * what is online can be asked for, too.
 */
#include "guard/cpu_events.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ONLINE     "/sys/devices/system/cpu/online"
#define DEVICE     "@/devices/system/cpu/cpu"
#define GROUP      1    /* what the kernel sends; 2 is udev's */
#define EVENT_MAX  4096 /* bytes looked at; the action and the device stand first */
#define ONLINE_MAX 4096

struct cpu_events {
	int fd;
};

int cpu_events_open(struct cpu_events **to)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUP };
	struct cpu_events *events = calloc(1, sizeof(*events));
	int err;

	if (!events)
		return -ENOMEM;
	events->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    NETLINK_KOBJECT_UEVENT);
	if (events->fd >= 0 && !bind(events->fd, (struct sockaddr *)&address, sizeof(address))) {
		*to = events;
		return 0;
	}
	err = -errno;
	cpu_events_close(events);
	return err;
}

void cpu_events_close(struct cpu_events *events)
{
	if (!events)
		return;
	if (events->fd >= 0)
		close(events->fd);
	free(events);
}

int cpu_events_fd(const struct cpu_events *events)
{
	return events->fd;
}

int cpu_event_parse(const char *event, const char *action)
{
	size_t length = strlen(action);
	char *end;
	long cpu;

	if (strncmp(event, action, length) || strncmp(event + length, DEVICE, strlen(DEVICE)))
		return -1;
	event += length + strlen(DEVICE);
	if (*event < '0' || *event > '9')
		return -1;
	cpu = strtol(event, &end, 10);
	return *end || cpu > 65535 ? -1 : cpu;
}

bool cpu_events_read(struct cpu_events *events, cpu_offline offline, void *context)
{
	char event[EVENT_MAX];
	bool about_cpu = false;
	ssize_t length;
	int cpu;

	while ((length = recv(events->fd, event, sizeof(event) - 1, 0)) >= 0 || errno == ENOBUFS) {
		event[length < 0 ? 0 : length] = 0;
		cpu = cpu_event_parse(event, "offline");
		if (cpu >= 0)
			offline(context, cpu);
		about_cpu |= cpu >= 0 || length < 0 || cpu_event_parse(event, "online") >= 0;
	}
	return about_cpu;
}

/* Reads a number and what stands behind it. */
static bool take_number(const char **at, unsigned long *number)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	*number = strtoul(*at, &end, 10);
	*at = end;
	return true;
}

int cpus_parse(const char *list, bool *online, unsigned int count)
{
	unsigned long first, last;

	memset(online, 0, count * sizeof(*online));
	for (;;) {
		if (!take_number(&list, &first))
			return -EINVAL;
		last = first;
		if (*list == '-' && (list++, !take_number(&list, &last) || last < first))
			return -EINVAL;
		for (; first <= last && first < count; first++)
			online[first] = true;
		if (*list != ',')
			return *list && *list != '\n' ? -EINVAL : 0;
		list++;
	}
}

int cpus_online(bool *online, unsigned int count)
{
	char list[ONLINE_MAX];
	FILE *file = fopen(ONLINE, "re");
	int err = file ? 0 : -errno;

	if (file && !fgets(list, sizeof(list), file))
		err = -EIO;
	if (file)
		fclose(file);
	return err ? err : cpus_parse(list, online, count);
}
