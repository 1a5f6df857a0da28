/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What libbpf and libxdp would print: what they have to say is in our own messages.
 */
#ifndef HDRTAP_USER_LIBRARIES_H
#define HDRTAP_USER_LIBRARIES_H

/* To be called before anything else of them. */
void libraries_be_quiet(void);

#endif
