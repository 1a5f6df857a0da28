/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loads kernel objects for real and says how many instructions the verifier looked at, program by
 * program. Without an argument the objects that are built into hdrtap; with arguments `NAME FILE`
 * pairs, each FILE an object that another compiler made (see compilers.sh).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "tc.skel.h"
#include "xdp.skel.h"

#define LOG_SIZE        (64 * 1024)
#define PROGRAMS_MAX    8
#define LOG_LEVEL_STATS 4

static char logs[PROGRAMS_MAX][LOG_SIZE];

/* The number behind "processed " in a verifier log, 0 when there is none. */
static unsigned long processed(const char *log)
{
	const char *found = strstr(log, "processed ");

	return found ? strtoul(found + strlen("processed "), NULL, 10) : 0;
}

static int ask_for_logs(struct bpf_object *object)
{
	struct bpf_program *program;
	int count = 0;

	bpf_object__for_each_program(program, object)
	{
		if (count == PROGRAMS_MAX)
			return -1;
		bpf_program__set_log_level(program, LOG_LEVEL_STATS);
		bpf_program__set_log_buf(program, logs[count++], LOG_SIZE);
	}
	return 0;
}

/* Returns 0 when the verifier said of every program how much it looked at. */
static int print_logs(const char *name, struct bpf_object *object)
{
	struct bpf_program *program;
	int count = 0, err = 0;

	bpf_object__for_each_program(program, object)
	{
		unsigned long instructions = processed(logs[count++]);

		printf("%s %s_%s: %lu instructions verified\n", instructions ? "ok" : "FAIL", name,
		       bpf_program__name(program), instructions);
		if (!instructions)
			err = -1;
	}
	return err;
}

/* Loads and closes `object`; 0 when all of it was accepted. */
static int load(const char *name, struct bpf_object *object)
{
	int err = -1;

	if (!object || ask_for_logs(object) != 0)
		printf("FAIL %s_opens: not an object, or more than %d programs\n", name,
		       PROGRAMS_MAX);
	else if ((err = bpf_object__load(object)) != 0)
		printf("FAIL %s_loads: %s\n%s\n", name, strerror(-err), logs[0]);
	else
		err = print_logs(name, object);
	bpf_object__close(object);
	return err;
}

static struct bpf_object *open_embedded(const void *(*elf_bytes)(size_t *size))
{
	size_t size;
	const void *bytes = elf_bytes(&size);

	return bpf_object__open_mem(bytes, size, NULL);
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc == 1) {
		failed = load("embedded", open_embedded(hdrtap_tc__elf_bytes)) != 0;
		failed |= load("embedded", open_embedded(hdrtap_xdp__elf_bytes)) != 0;
	}
	for (int i = 1; i + 1 < argc; i += 2)
		failed |= load(argv[i], bpf_object__open_file(argv[i + 1], NULL)) != 0;
	return failed;
}
