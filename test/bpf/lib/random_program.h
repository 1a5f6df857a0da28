/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs of classic BPF as a seed has them: valid ones, of which libpcap's compiler makes few.
 */
#ifndef HDRTAP_TEST_RANDOM_PROGRAM_H
#define HDRTAP_TEST_RANDOM_PROGRAM_H

#include "../../hostile/random.h"
#include "filter/compile.h"

/* The program is to be freed by filter_program_free(). */
void random_program(struct filter_program *program, struct rng *rng);

#endif
