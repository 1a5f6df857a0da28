/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * When the kernel refuses, it says little: the reason is looked for here. A helper function that
 * the programs call and the kernel does not know means that it is too old; a verifier log means
 * that it did not accept the programs.
 */
#include "attach/load.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "attach/capability.h"
#include "attach/permission.h"
#include "attach/stub.h"
#include "base/error.h"

#define HELPER_NAME(name) [BPF_FUNC_##name] = "bpf_" #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };

static const char *helper_name(__u32 id)
{
	return id < sizeof(helper_names) / sizeof(*helper_names) ? helper_names[id]
								 : "newer BPF helper";
}

/* The first helper that the program calls and this kernel does not have, NULL: none. */
static const char *missing_helper(const struct bpf_program *program, enum bpf_prog_type type)
{
	const struct bpf_insn *insn = bpf_program__insns(program);
	size_t count = bpf_program__insn_cnt(program);

	for (size_t i = 0; i < count; i++) {
		if (insn[i].code != (BPF_JMP | BPF_CALL) || insn[i].src_reg)
			continue;
		if (!libbpf_probe_bpf_helper(type, insn[i].imm, NULL))
			return helper_name(insn[i].imm);
	}
	return NULL;
}

static const char *missing_feature(const struct bpf_object *object, const struct load_needs *needs)
{
	const struct bpf_program *program = NULL;
	const char *name = NULL;

	if (!libbpf_probe_bpf_prog_type(needs->type, NULL))
		return needs->name;
	while (!name && (program = bpf_object__next_program(object, (struct bpf_program *)program)))
		name = missing_helper(program, needs->type);
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

static int verifier_refused(int err, const char *reason)
{
	const char *expression = stub_expression();

	if (expression)
		return fail(-err,
			    FILTER_QUOTE
			    ": the kernel does not take it, its verifier says '%s'; use a simpler "
			    "one",
			    FILTER_QUOTED(expression), reason);
	return fail(-err,
		    LOAD_FAILED
		    ": the verifier says '%s'; please report it with the kernel's version",
		    reason);
}

int load_refused(int err, const struct bpf_object *object, const struct load_needs *needs,
		 char *log)
{
	const char *feature, *reason = last_reason(log);

	if (!capabilities_complete() || (!*reason && permission_refused(err)))
		return fail_not_permitted(-err, LOAD_FAILED);
	feature = missing_feature(object, needs);
	if (feature)
		return fail(-err, LOAD_FAILED ": this kernel has no %s; use Linux %s or later",
			    feature, needs->kernel_min);
	if (*reason)
		return verifier_refused(err, reason);
	return fail(-err, LOAD_FAILED ": %s; check that there is enough free memory",
		    strerror(-err));
}
