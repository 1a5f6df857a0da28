/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * For LD_PRELOAD: a real-time clock that can be set for some processes alone. What it is wrong by,
 * in ns, stands in the file CLOCK_STEP names, eight bytes, and may be changed at any time.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000LL

static const volatile long long *step;
static int (*real)(clockid_t id, struct timespec *time);

/* Before the program can restrict what it may do. */
__attribute__((constructor)) static void prepare(void)
{
	const char *path = getenv("CLOCK_STEP");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *memory =
		fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*step), PROT_READ, MAP_SHARED, fd, 0);

	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	if (memory == MAP_FAILED || !real)
		abort();
	step = memory;
	close(fd);
}

int clock_gettime(clockid_t id, struct timespec *time)
{
	int result;

	if (!real) /* somebody's constructor comes earlier */
		prepare();
	result = real(id, time);
	if (!result && id == CLOCK_REALTIME) {
		long long ns = time->tv_sec * NS_PER_S + time->tv_nsec + *step;

		time->tv_sec = ns / NS_PER_S;
		time->tv_nsec = ns % NS_PER_S;
	}
	return result;
}
