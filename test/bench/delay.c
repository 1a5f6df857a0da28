// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * How old lines of `hdrtap -tt` are when they come out of the pipe on standard input. Prints one
 * line at the end: how many there were, and their age in ms: of p50, p99 and the oldest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BYTES_MAX (1 << 20)
#define AGES      1000000 /* in steps of 10 us */

static unsigned int ages[AGES]; /* how many lines are so old; the last: older ones, too */
static char bytes[BYTES_MAX + 1];

/* us */
static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

/* The time that a line begins with, 1700000000.123456, in us. */
static long long time_of(const char *line)
{
	char *fraction;
	long long seconds = strtoll(line, &fraction, 10);

	return seconds * 1000000 + strtoll(fraction + 1, NULL, 10);
}

static void note(long long age)
{
	age = age < 0 ? 0 : age / 10;
	ages[age < AGES ? age : AGES - 1]++;
}

/* Ages of the whole lines among `size` bytes. Returns where the rest begins. */
static size_t note_lines(size_t size, long long at)
{
	char *line = bytes, *end;

	bytes[size] = '\0';
	while ((end = memchr(line, '\n', bytes + size - line))) {
		note(at - time_of(line));
		line = end + 1;
	}
	return line - bytes;
}

/* The age that `share` of all lines are not older than, in ms. */
static double quantile(unsigned long long count, double share)
{
	unsigned long long sum = 0;
	int age = -1;

	do
		sum += ages[++age];
	while (age < AGES - 1 && sum < count * share);
	return age / 100.0;
}

int main(void)
{
	unsigned long long count = 0;
	size_t used = 0, rest;
	ssize_t got;

	while ((got = read(STDIN_FILENO, bytes + used, BYTES_MAX - used)) > 0) {
		used += got;
		rest = note_lines(used, now());
		memmove(bytes, bytes + rest, used - rest);
		used -= rest;
	}
	for (int age = 0; age < AGES; age++)
		count += ages[age];
	printf("%llu lines: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", count, quantile(count, 0.5),
	       quantile(count, 0.99), quantile(count, 1));
	return !count;
}
