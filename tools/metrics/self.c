/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "self.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/descriptors.h"

#define NS_PER_S 1000000000ULL

static __u64 cpu_time(void)
{
	struct timespec time = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static void read_memory(struct self *self)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long long virtual, resident;

	if (!file)
		return;
	if (fscanf(file, "%llu %llu", &virtual, &resident) == 2) {
		self->virtual = virtual * sysconf(_SC_PAGESIZE);
		self->resident = resident * sysconf(_SC_PAGESIZE);
	}
	fclose(file);
}

static __u64 count_open(void)
{
	DIR *directory = opendir("/proc/self/fd");
	__u64 count = 0;

	if (!directory)
		return 0;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 3; /* ".", ".." and this directory */
}

void self_read(struct self *self, __u64 started)
{
	*self = (struct self){
		.cpu = cpu_time(),
		.open = count_open(),
		.open_max = descriptors_limit(),
		.started = started,
	};
	read_memory(self);
}
