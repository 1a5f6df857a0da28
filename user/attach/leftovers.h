/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Programs that a capture left on an interface when it was killed, where the kernel has no links
 * that go away with their process.
 */
#ifndef HDRTAP_USER_LEFTOVERS_H
#define HDRTAP_USER_LEFTOVERS_H

/*
 * Takes them away, and says on standard output what was found. Captures that run, and programs of
 * others, are left alone. INTERFACE_ANY: those of all interfaces. Returns 0 or -errno (reported).
 */
int leftovers_detach(const char *interface);

#endif
