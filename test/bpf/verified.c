/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loads kernel objects for real, for several sizes of records, and says how many instructions the
 * verifier looked at, program by program. Without an argument the objects that are built into
 * hdrtap; with arguments `NAME FILE` pairs, each FILE an object that another compiler made (see
 * compilers.sh).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <hdrtap/state/sizes.h>

#include "attach/object_size.h"
#include "tc.skel.h"
#include "xdp.skel.h"

#define LOG_SIZE        (64 * 1024)
#define PROGRAMS_MAX    8
#define LOG_LEVEL_STATS 4
#define VERIFIED_MAX    900000 /* instructions of a program; the kernel's limit is a million */

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

/* Where the configuration stands in the object's read-only data, which other compilers lay out in
 * other ways; -1: nowhere. */
static long config_offset(const struct bpf_object *object)
{
	const struct btf *btf = bpf_object__btf(object);
	__s32 id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = btf__type_by_id(btf, id);
	const struct btf_var_secinfo *var = section ? btf_var_secinfos(section) : NULL;

	for (int i = 0; section && i < btf_vlen(section); i++, var++)
		if (!strcmp(btf__name_by_offset(btf, btf__type_by_id(btf, var->type)->name_off),
			    "config"))
			return var->offset;
	return -1;
}

/* Makes the object one for records of that size. */
static int set_size(struct bpf_object *object, __u32 record_size)
{
	struct hdrtap_sizes size = hdrtap_sizes_of(record_size);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	long offset = config_offset(object);
	struct hdrtap_config *config;
	size_t bytes;
	__u8 *rodata;

	rodata = map ? (__u8 *)bpf_map__initial_value(map, &bytes) : NULL;
	if (!rodata || offset < 0)
		return -1;
	config = (struct hdrtap_config *)(rodata + offset);
	config->size = size;
	return object_size(object, &size);
}

/* Returns 0 when the verifier said of every program how much it looked at, and it was not too much.
 */
static int print_logs(const char *name, __u32 record_size, struct bpf_object *object)
{
	struct bpf_program *program;
	int count = 0, err = 0;

	bpf_object__for_each_program(program, object)
	{
		unsigned long instructions = processed(logs[count++]);

		bool good = instructions && instructions <= VERIFIED_MAX;

		printf("%s %s_%s_%u: %lu instructions verified\n", good ? "ok" : "FAIL", name,
		       bpf_program__name(program), record_size, instructions);
		if (!good)
			err = -1;
	}
	return err;
}

/* Loads and closes `object`; 0 when all of it was accepted. */
static int load(const char *name, __u32 record_size, struct bpf_object *object)
{
	int err = -1;

	if (!object || ask_for_logs(object) != 0)
		printf("FAIL %s_opens: not an object, or more than %d programs\n", name,
		       PROGRAMS_MAX);
	else if (set_size(object, record_size))
		printf("FAIL %s_takes_%u: it has no configuration\n", name, record_size);
	else if ((err = bpf_object__load(object)) != 0)
		printf("FAIL %s_loads_%u: %s\n%s\n", name, record_size, strerror(-err), logs[0]);
	else
		err = print_logs(name, record_size, object);
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
	static const __u32 sizes[] = { HDRTAP_RECORD_SIZE_DEFAULT, 4096, HDRTAP_RECORD_SIZE_MAX };
	int failed = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (argc == 1) {
			failed |= load("embedded", sizes[i], open_embedded(hdrtap_tc__elf_bytes)) !=
				  0;
			failed |= load("embedded", sizes[i],
				       open_embedded(hdrtap_xdp__elf_bytes)) != 0;
		}
		for (int j = 1; j + 1 < argc; j += 2)
			failed |= load(argv[j], sizes[i],
				       bpf_object__open_file(argv[j + 1], NULL)) != 0;
	}
	return failed;
}
