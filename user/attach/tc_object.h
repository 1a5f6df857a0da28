/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loading of the TC programs that are embedded in this program.
 */
#ifndef HDRTAP_USER_TC_OBJECT_H
#define HDRTAP_USER_TC_OBJECT_H

#include <stdbool.h>

#include <hdrtap/config.h>
#include <hdrtap/settings.h>

struct hdrtap_tc;

struct tc_object_options {
	bool outlives; /* they look at packets only as long as tc_object_beat() makes them */
	bool counts;   /* what reaches them (reached.h) */
	bool later;    /* those that look at packets are loaded when they are needed (tc_look.h) */
	bool expression; /* they call expression(); see stub.h */
};

/*
 * Loads them, to read heads with `settings`, whose generation is 0, and as `config` (NULL: the
 * defaults) says; the pool of heads is made larger than `config` has it where there are many CPUs.
 * Returns 0 or -errno (reported); `*object` is to be destroyed by hdrtap_tc__destroy().
 */
int tc_object_load(struct hdrtap_tc **object, const struct hdrtap_settings *settings,
		   const struct hdrtap_config *config, struct tc_object_options options);

/* Says why programs of the object could not be loaded; `log`: see load_refused(). Returns -errno.
 */
int tc_object_refused(int err, const struct hdrtap_tc *object, char *log);

/*
 * Programs that outlive us look at packets for `more` ns from now on; before the first call for
 * ever. `*missed`: for how many ns they did not before it. Both are exact to a tick of the kernel.
 * Returns 0 or -errno, saying nothing.
 */
int tc_object_beat(struct hdrtap_tc *object, __u64 more, __u64 *missed);

/*
 * Ends what waits in the kernel since before `before` (CLOCK_BOOTTIME, ns): heads in progress are
 * emitted with the flags `why`, early segments are read. Returns 0 or -errno, saying nothing.
 */
int tc_object_sweep(struct hdrtap_tc *object, __u64 before, __u64 why);

/*
 * Makes `settings` those in use, without a moment between old and new: heads in progress end with
 * those they began with. Heads that began HDRTAP_GENERATIONS generations earlier go out as they
 * are, flagged timeout. `settings` are of the generation after those in use. Returns 0 or -errno,
 * saying nothing.
 */
int tc_object_change(struct hdrtap_tc *object, const struct hdrtap_settings *settings);

/*
 * Returns when every program that ran at the time of the call has ended. Returns 0 or -errno,
 * saying nothing.
 */
int tc_object_wait(void);

#endif
