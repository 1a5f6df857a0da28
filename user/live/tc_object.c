/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When the kernel refuses, it says little: the reason is looked for here. A helper function that
 * the programs call and the kernel does not know means that it is too old; a verifier log means
 * that it did not accept the programs.
 */
#include "tc_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <hdrtap/work.h>

#include "capability.h"
#include "error.h"
#include "tc.skel.h"

#define LOG_SIZE   (64 * 1024)
#define KERNEL_MIN "5.17" /* has bpf_loop, the youngest thing that the programs need */
#define WHAT       "cannot load the kernel programs"

#define HELPER_NAME(name) [BPF_FUNC_##name] = "bpf_" #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };

static const char *helper_name(__u32 id)
{
	return id < sizeof(helper_names) / sizeof(*helper_names) ? helper_names[id]
								 : "newer BPF helper";
}

/* The first helper that the program calls and this kernel does not have, NULL: none. */
static const char *missing_helper(const struct bpf_program *program)
{
	const struct bpf_insn *insn = bpf_program__insns(program);
	size_t count = bpf_program__insn_cnt(program);

	for (size_t i = 0; i < count; i++) {
		if (insn[i].code != (BPF_JMP | BPF_CALL) || insn[i].src_reg)
			continue;
		if (!libbpf_probe_bpf_helper(BPF_PROG_TYPE_SCHED_CLS, insn[i].imm, NULL))
			return helper_name(insn[i].imm);
	}
	return NULL;
}

static const char *missing_feature(const struct bpf_object *object)
{
	const struct bpf_program *program = NULL;
	const char *name = NULL;

	if (!libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SCHED_CLS, NULL))
		return "TC classifier programs";
	while (!name && (program = bpf_object__next_program(object, (struct bpf_program *)program)))
		name = missing_helper(program);
	return name;
}

/* The last line of the verifier's log that says why, cut out of it; "" when there is none. */
static const char *last_reason(char *log)
{
	char *line, *next, *reason = "";

	for (line = log; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		if (*line && strncmp(line, "processed ", 10) &&
		    strncmp(line, "verification time", 17))
			reason = line;
	}
	return reason;
}

static int explain(int err, const struct bpf_object *object, char *log)
{
	const char *feature, *reason = last_reason(log);

	if (!capabilities_complete() || (!*reason && (err == -EPERM || err == -EACCES)))
		return fail_not_permitted(-err, WHAT);
	if (err == -ENOSYS)
		return fail(-err, WHAT ": this kernel was built without BPF; use another");
	feature = missing_feature(object);
	if (feature)
		return fail(-err, WHAT ": this kernel has no %s; use Linux " KERNEL_MIN " or later",
			    feature);
	if (*reason)
		return fail(-err,
			    WHAT
			    ": the verifier says '%s'; please report it with the kernel's version",
			    reason);
	return fail(-err, WHAT ": %s; is there enough memory?", strerror(-err));
}

static const struct hdrtap_config defaults = HDRTAP_CONFIG_DEFAULT;

/* At least twice as many slots as there are spares: one per CPU and working space. */
static __u32 slots(__u32 wanted, __u32 cpus)
{
	while (wanted < 2 * HDRTAP_WORK_MAX * cpus)
		wanted *= 2;
	return wanted;
}

static int configure(struct hdrtap_tc *object, const struct hdrtap_config *config)
{
	struct hdrtap_config *to = (void *)&object->rodata->config;
	int err;

	*to = config ? *config : defaults;
	to->heads = slots(to->heads, libbpf_num_possible_cpus());
	if (getrandom(&to->seed, sizeof(to->seed), 0) != sizeof(to->seed))
		return -errno;
	err = bpf_map__set_max_entries(object->maps.sets, to->sets);
	if (!err)
		err = bpf_map__set_max_entries(object->maps.flows, to->sets * HDRTAP_WAYS);
	if (!err)
		err = bpf_map__set_max_entries(object->maps.heads, to->heads);
	return err ? err : bpf_map__set_max_entries(object->maps.early, to->early);
}

/* Gives every CPU's working space `which` a spare of its own. Returns 0 or -errno. */
static int give_spares(struct hdrtap_tc *object, __u32 which)
{
	__u32 cpus = libbpf_num_possible_cpus(), cpu, spare;
	size_t stride = (bpf_map__value_size(object->maps.work) + 7) / 8 * 8;
	struct hdrtap_slot *slot = calloc(1, sizeof(*slot));
	__u8 *works = calloc(cpus, stride);
	int err = slot && works ? 0 : -ENOMEM;

	for (cpu = 0; cpu < cpus && !err; cpu++) {
		slot->used = 1;
		spare = which * cpus + cpu;
		((struct hdrtap_work *)(works + cpu * stride))->spare = spare;
		err = bpf_map_update_elem(bpf_map__fd(object->maps.heads), &spare, slot, BPF_ANY);
	}
	if (!err)
		err = bpf_map_update_elem(bpf_map__fd(object->maps.work), &which, works, BPF_ANY);
	free(works);
	free(slot);
	return err;
}

static int fill(struct hdrtap_tc *object, const struct hdrtap_elements *elements)
{
	__u32 first = 0;
	int err =
		bpf_map_update_elem(bpf_map__fd(object->maps.elements), &first, elements, BPF_ANY);

	for (__u32 which = 0; which < HDRTAP_WORK_MAX && !err; which++)
		err = give_spares(object, which);
	if (err)
		return fail(-err, "cannot prepare the kernel's tables: %s; please report it",
			    strerror(-err));
	return 0;
}

static int load(struct hdrtap_tc *object, const struct hdrtap_elements *elements,
		const struct hdrtap_config *config, char *log)
{
	int err = configure(object, config);

	if (err)
		return fail(-err, WHAT ": %s; is there enough memory?", strerror(-err));
	err = hdrtap_tc__load(object);
	return err ? explain(err, object->obj, log) : fill(object, elements);
}

/* The program looks at one place per run; the packet it gets is any. */
int tc_object_sweep(struct hdrtap_tc *object, __u64 before, __u64 why)
{
	__u32 heads = bpf_map__max_entries(object->maps.heads);
	__u32 early = bpf_map__max_entries(object->maps.early);
	__u8 packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = early + heads);

	object->bss->sweep.before = before;
	object->bss->sweep.why = why;
	object->bss->sweep.number = 0;
	return bpf_prog_test_run_opts(bpf_program__fd(object->progs.hdrtap_idle), &opts);
}

int tc_object_load(struct hdrtap_tc **object, const struct hdrtap_elements *elements,
		   const struct hdrtap_config *config)
{
	char *log = calloc(1, LOG_SIZE);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = log,
		    .kernel_log_size = log ? LOG_SIZE : 0);
	int err;

	if (!log)
		return fail(ENOMEM, WHAT ": out of memory; free some");
	libbpf_set_print(NULL);
	*object = hdrtap_tc__open_opts(&opts);
	if (*object)
		err = load(*object, elements, config, log);
	else
		err = fail(errno, WHAT ": %s; is there enough memory?", strerror(errno));
	if (err) {
		hdrtap_tc__destroy(*object);
		*object = NULL;
	}
	free(log);
	return err;
}
