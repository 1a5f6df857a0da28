/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "filter/filter.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "filter/translate.h"
#include "filter/warn.h"

/* What the kernel cannot have is not there, and has a reason. */
static void try_translation(struct filter_program *program)
{
	struct filter_code code;

	if (program->insn &&
	    filter_translate(&code, program, BPF_FUNC_skb_load_bytes, program->why))
		filter_program_free(program);
	else if (program->insn)
		filter_code_free(&code);
}

static bool is_any(const struct filter *filter)
{
	for (int link = 0; link < FILTER_LINKS; link++)
		if (filter->program[link].insn)
			return true;
	return false;
}

int filter_open(struct filter *filter, const char *expression)
{
	int err = filter_compile(filter->program, expression);

	filter->expression = expression;
	for (int link = 0; link < FILTER_LINKS && !err; link++)
		try_translation(&filter->program[link]);
	if (!err && !is_any(filter))
		err = fail(EINVAL, FILTER_QUOTE ": %s; see pcap-filter(7)",
			   FILTER_QUOTED(expression), filter->program[FILTER_ETHERNET].why);
	if (!err)
		filter_warn(expression);
	return err;
}

void filter_close(struct filter *filter)
{
	for (int link = 0; link < FILTER_LINKS; link++)
		filter_program_free(&filter->program[link]);
}
