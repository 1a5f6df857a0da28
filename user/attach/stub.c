/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libbpf calls prepare() when a program is complete, with all functions that it calls behind it,
 * right before the kernel gets it. The function that is replaced is somewhere among them, so what
 * is behind it moves: calls and pointers to functions that cross it, and the places that the types
 * of functions and the source lines stand for, have to follow. Jumps stay inside functions.
 *
 * libbpf has one such callback for all programs of a section, and calls it without saying for which
 * object. So what is to be put where is kept here, from stub_begin() to stub_end().
 */
#include "attach/stub.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "filter/translate.h"

#define FUNCTION "expression"

_Static_assert((int)INTERFACE_ETHERNET == (int)FILTER_ETHERNET &&
		       (int)INTERFACE_IP == (int)FILTER_IP,
	       "the same kinds of links");

static struct {
	const struct bpf_object *object; /* NULL: there is nothing to be put anywhere */
	const char *expression;
	struct filter_code code;
	void *func_info, *line_info; /* libbpf uses them until the program is loaded */
} stub;

/* Where the function is, before and behind the change. */
struct place {
	__u32 from, to; /* to: of the first instruction behind it */
	__s32 more;     /* instructions by which what is behind it moves */
};

static bool is_of_object(const struct bpf_program *program)
{
	struct bpf_program *one;

	bpf_object__for_each_program(one, stub.object) if (one == program) return true;
	return false;
}

static const struct bpf_func_info *func_info(const struct bpf_prog_load_opts *opts, __u32 i)
{
	return (const void *)((const char *)opts->func_info + (size_t)i * opts->func_info_rec_size);
}

static bool is_function(const struct bpf_func_info *info)
{
	const struct btf *btf = bpf_object__btf(stub.object);
	const struct btf_type *type = btf__type_by_id(btf, info->type_id);

	return type && !strcmp(btf__name_by_offset(btf, type->name_off), FUNCTION);
}

/* Returns whether the program has the function. */
static bool find(struct place *place, const struct bpf_program *program,
		 const struct bpf_prog_load_opts *opts)
{
	for (__u32 i = 0; i < opts->func_info_cnt; i++) {
		if (!is_function(func_info(opts, i)))
			continue;
		place->from = func_info(opts, i)->insn_off;
		place->to = i + 1 < opts->func_info_cnt ? func_info(opts, i + 1)->insn_off
							: bpf_program__insn_cnt(program);
		place->more = stub.code.count - (place->to - place->from);
		return true;
	}
	return false;
}

static __u32 moved(const struct place *place, __u32 at)
{
	return at >= place->to ? at + place->more : at;
}

/* Whether its number is the distance to a function. */
static bool names_function(const struct bpf_insn *insn)
{
	return (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL) ||
	       (insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg == BPF_PSEUDO_FUNC);
}

/* Returns 0 or -errno. */
static int replace(struct bpf_program *program, const struct place *place)
{
	const struct bpf_insn *old = bpf_program__insns(program);
	__u32 count = bpf_program__insn_cnt(program);
	struct bpf_insn *insn = calloc(count + place->more, sizeof(*insn));
	int err;

	if (!insn)
		return -ENOMEM;
	for (__u32 i = 0; i < count; i++) {
		if (i >= place->from && i < place->to)
			continue;
		insn[moved(place, i)] = old[i];
		if (names_function(&old[i]))
			insn[moved(place, i)].imm =
				moved(place, i + 1 + old[i].imm) - moved(place, i) - 1;
	}
	memcpy(insn + place->from, stub.code.insn, stub.code.count * sizeof(*insn));
	err = bpf_program__set_insns(program, insn, count + place->more);
	free(insn);
	return err;
}

/* A copy of records that begin with an instruction's number, without those inside of the function.
 * NULL: out of memory. */
static void *move_info(const void *from, __u32 size, __u32 *count, const struct place *place)
{
	char *copy = calloc(*count, size);
	__u32 kept = 0, at;

	for (__u32 i = 0; i < *count && copy; i++) {
		memcpy(&at, (const char *)from + (size_t)i * size, sizeof(at));
		if (at > place->from && at < place->to)
			continue;
		memcpy(copy + (size_t)kept * size, (const char *)from + (size_t)i * size, size);
		at = moved(place, at);
		memcpy(copy + (size_t)kept++ * size, &at, sizeof(at));
	}
	*count = kept;
	return copy;
}

static void forget_info(void)
{
	free(stub.func_info);
	free(stub.line_info);
	stub.func_info = stub.line_info = NULL;
}

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts,
		   long cookie __attribute__((unused)))
{
	struct place place;

	if (!stub.object || !is_of_object(program) || !find(&place, program, opts))
		return 0;
	forget_info();
	stub.func_info =
		move_info(opts->func_info, opts->func_info_rec_size, &opts->func_info_cnt, &place);
	stub.line_info =
		move_info(opts->line_info, opts->line_info_rec_size, &opts->line_info_cnt, &place);
	if (!stub.func_info || !stub.line_info)
		return -ENOMEM;
	opts->func_info = stub.func_info;
	opts->line_info = stub.line_info;
	return replace(program, &place);
}

int stub_register(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = prepare);
	static bool done;
	int err;

	if (done)
		return 0;
	err = libbpf_register_prog_handler("tc", BPF_PROG_TYPE_SCHED_CLS, 0, &opts);
	if (err >= 0)
		err = libbpf_register_prog_handler("xdp", BPF_PROG_TYPE_XDP, BPF_XDP, &opts);
	done = err >= 0;
	return err < 0 ? err : 0;
}

int stub_begin(const struct bpf_object *object, const struct filter *filter,
	       enum interface_link link, enum bpf_prog_type type)
{
	__s32 load = type == BPF_PROG_TYPE_XDP ? BPF_FUNC_xdp_load_bytes : BPF_FUNC_skb_load_bytes;
	char why[FILTER_WHY_MAX];
	int err;

	if (stub_is_refused(filter, link))
		return -EINVAL;
	err = filter_translate(&stub.code, &filter->program[link], load, why);
	if (!err)
		stub.object = object;
	stub.expression = filter->expression;
	return err;
}

void stub_end(void)
{
	filter_code_free(&stub.code);
	forget_info();
	stub.object = NULL;
	stub.expression = NULL;
}

const char *stub_expression(void)
{
	return stub.expression;
}

bool stub_is_refused(const struct filter *filter, enum interface_link link)
{
	return filter && !filter->program[link].insn;
}

int stub_refused(const struct filter *filter, const struct interface *interface)
{
	return fail(EINVAL, "cannot capture on %s: " FILTER_QUOTE ": %s (%s); leave it out",
		    interface->name, FILTER_QUOTED(filter->expression),
		    filter->program[interface->link].why,
		    interface->link == INTERFACE_IP ? "packets there begin at the IP header"
						    : "packets there have an Ethernet header");
}
