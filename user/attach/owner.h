/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whose something in the kernel is that outlives its process: a process owns a number by binding an
 * abstract Unix socket of that name, which the kernel frees with the process, however it ends.
 * Numbers are told apart per network namespace, as interfaces are.
 */
#ifndef HDRTAP_USER_OWNER_H
#define HDRTAP_USER_OWNER_H

/*
 * Takes a number of its kind. Returns a descriptor that owns it until closed, or -errno: EADDRINUSE
 * when a living process has it.
 */
int owner_take(const char *kind, unsigned int number);

#endif
