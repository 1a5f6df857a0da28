/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The files of STAT_DIRECTORY: how one comes to be, and how to tell whether its capture runs.
 */
#ifndef HDRTAP_USER_STAT_DIR_H
#define HDRTAP_USER_STAT_DIR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes the directory (0755) when it is not there, and takes away what captures that were killed
 * left in it, as far as we may. Returns a descriptor of it or -errno, saying nothing.
 */
int stat_dir_open(void);

/* Whether a file is one of a capture, by its name. */
bool stat_dir_names(const char *name);

/* Whether somebody holds the lock of a file's capture. */
bool stat_dir_runs(int fd);

/*
 * Makes a file of `bytes` zeros that has no name yet. `lock_fd` holds its lock until it is closed
 * in every process; the other descriptor, which is returned, is for mapping: what is mapped keeps
 * its descriptor's lock. Returns -errno, saying nothing.
 */
int stat_dir_make(int dir_fd, size_t bytes, int *lock_fd);

/* Gives a file of stat_dir_make() its name, for everybody to read. Returns 0 or -errno. */
int stat_dir_name(int dir_fd, int lock_fd, const char *name);

#endif
