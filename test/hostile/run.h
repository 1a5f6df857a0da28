/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Scripts through the native build of the parser.
 */
#ifndef HDRTAP_TEST_RUN_H
#define HDRTAP_TEST_RUN_H

#include <hdrtap/counters.h>

#include "capture/native.h"
#include "script.h"

/* Flags of a response that say that it is not known which request it answers. */
#define FLAGS_NOT_PAIRED (HDRTAP_FLAG(UNPAIRED) | HDRTAP_FLAG(UNSOLICITED))

/* What came of a script. `seen` is emptied by the next run. */
struct run {
	const struct script *script;
	struct sightings seen; /* in the order they were emitted */
	struct hdrtap_counters counters;
	__u64 packets; /* that were given to the parser */
	struct native *native;
};

/* Sets up the header elements; to be called once. */
void run_setup(void);

/* Gives all packets to a new parser, one each microsecond. */
void run_script(struct run *run, const struct script *script);

/* The same in steps, for packets that no script has. `script` says whose the records are. */
void run_begin(struct run *run, const struct script *script);
void run_packet(struct run *run, struct native_packet *packet);
void run_end(struct run *run);

#endif
