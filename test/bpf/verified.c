/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loads kernel objects for real, for several sizes of records, and says how many instructions the
 * verifier looked at, program by program; the largest with an expression, too. Without an argument
 * the objects that are built into hdrtap; with arguments `NAME FILE` pairs, each FILE an object
 * that another compiler made (see compilers.sh).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include <hdrtap/state/sizes.h>

#include "attach/object_size.h"
#include "attach/stub.h"
#include "tc.skel.h"
#include "xdp.skel.h"

#define LOG_SIZE        (64 * 1024)
#define PROGRAMS_MAX    8
#define LOG_LEVEL_STATS 4
#define VERIFIED_MAX    900000 /* instructions of a program; the kernel's limit is a million */

/* With loads of all kinds, and calls. */
#define EXPRESSION                                                                                \
	"(vlan and tcp port 80) or portrange 8000-8100 or net 10.0.0.0/8 or ip6 net fd00::/8 "    \
	"or tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420 or ether[1000:4] > len or ip[8] / ip[9] " \
	"= 3"

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

/* Where a variable stands in the object's read-only data, which other compilers lay out in
 * other ways; -1: nowhere. */
static long offset_of(const struct bpf_object *object, const char *name)
{
	const struct btf *btf = bpf_object__btf(object);
	__s32 id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);
	const struct btf_type *section = btf__type_by_id(btf, id);
	const struct btf_var_secinfo *var = section ? btf_var_secinfos(section) : NULL;

	for (int i = 0; section && i < btf_vlen(section); i++, var++)
		if (!strcmp(btf__name_by_offset(btf, btf__type_by_id(btf, var->type)->name_off),
			    name))
			return var->offset;
	return -1;
}

/* NULL: the object has no such variable. */
static void *variable(const struct bpf_object *object, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata");
	long offset = offset_of(object, name);
	size_t bytes;
	__u8 *rodata = map ? (__u8 *)bpf_map__initial_value(map, &bytes) : NULL;

	return rodata && offset >= 0 ? rodata + offset : NULL;
}

/* Makes the object one for records of that size. */
static int set_size(struct bpf_object *object, __u32 record_size)
{
	struct hdrtap_sizes size = hdrtap_sizes_of(record_size);
	struct hdrtap_config *config = variable(object, "config");

	if (!config)
		return -1;
	config->size = size;
	return object_size(object, &size);
}

/* Makes the object one with an expression. */
static int set_expression(struct bpf_object *object, const struct filter *filter)
{
	__u8 *has_expression = variable(object, "has_expression");
	struct bpf_program *first = bpf_object__next_program(object, NULL);

	if (!has_expression)
		return -1;
	*has_expression = 1;
	return stub_begin(object, filter, INTERFACE_ETHERNET, bpf_program__type(first));
}

/* Returns 0 when the verifier said of every program how much it looked at, and it was not too much.
 */
static int print_logs(const char *name, __u32 record_size, const char *with,
		      struct bpf_object *object)
{
	struct bpf_program *program;
	int count = 0, err = 0;

	bpf_object__for_each_program(program, object)
	{
		unsigned long instructions = processed(logs[count++]);

		bool good = instructions && instructions <= VERIFIED_MAX;

		printf("%s %s_%s_%u%s: %lu instructions verified\n", good ? "ok" : "FAIL", name,
		       bpf_program__name(program), record_size, with, instructions);
		if (!good)
			err = -1;
	}
	return err;
}

/* Loads and closes `object`, `filter` NULL: without expression; 0 when all of it was accepted. */
static int load(const char *name, __u32 record_size, const struct filter *filter,
		struct bpf_object *object)
{
	const char *with = filter ? "_expression" : "";
	int err = -1;

	if (!object || ask_for_logs(object) != 0)
		printf("FAIL %s_opens: not an object, or more than %d programs\n", name,
		       PROGRAMS_MAX);
	else if (set_size(object, record_size))
		printf("FAIL %s_takes_%u: it has no configuration\n", name, record_size);
	else if (filter && set_expression(object, filter))
		printf("FAIL %s_takes_expression: it has no place for one\n", name);
	else if ((err = bpf_object__load(object)) != 0)
		printf("FAIL %s_loads_%u%s: %s\n%s\n", name, record_size, with, strerror(-err),
		       logs[0]);
	else
		err = print_logs(name, record_size, with, object);
	stub_end();
	bpf_object__close(object);
	return err;
}

static struct bpf_object *open_embedded(const void *(*elf_bytes)(size_t *size))
{
	size_t size;
	const void *bytes = elf_bytes(&size);

	return bpf_object__open_mem(bytes, size, NULL);
}

/* All objects, for one size. */
static int load_all(__u32 record_size, const struct filter *filter, int argc, char **argv)
{
	int failed = 0;

	if (argc == 1) {
		failed |= load("embedded", record_size, filter,
			       open_embedded(hdrtap_tc__elf_bytes)) != 0;
		failed |= load("embedded", record_size, filter,
			       open_embedded(hdrtap_xdp__elf_bytes)) != 0;
	}
	for (int i = 1; i + 1 < argc; i += 2)
		failed |= load(argv[i], record_size, filter,
			       bpf_object__open_file(argv[i + 1], NULL)) != 0;
	return failed;
}

int main(int argc, char **argv)
{
	static const __u32 sizes[] = { HDRTAP_RECORD_SIZE_DEFAULT, 4096, HDRTAP_RECORD_SIZE_MAX };
	struct filter filter;
	int failed = 0;

	if (stub_register() || filter_open(&filter, EXPRESSION)) {
		printf("FAIL set_up: the expression\n");
		return 1;
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		failed |= load_all(sizes[i], NULL, argc, argv);
	failed |= load_all(HDRTAP_RECORD_SIZE_MAX, &filter, argc, argv);
	filter_close(&filter);
	return failed;
}
