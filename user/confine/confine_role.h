/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a process has to do, and so which privileges and system calls it keeps.
 */
#ifndef HDRTAP_USER_CONFINE_ROLE_H
#define HDRTAP_USER_CONFINE_ROLE_H

enum confine_role {
	CONFINE_GUARD,       /* loads and attaches programs */
	CONFINE_GUARD_ADMIN, /* likewise, and keeps CAP_SYS_ADMIN */
	CONFINE_WORKER,      /* reads rings, writes records */
	CONFINE_READER,      /* reads a capture or a log, writes records */
	CONFINE_COMPANION,   /* reads a log, writes files, tells the service manager */
	CONFINE_SERVER,      /* likewise, and answers on sockets that listen already */
	CONFINE_CLIENT,      /* likewise, and connects to others */
	CONFINE_TERMINAL,    /* likewise, but no sockets: sets up its terminal, ends a child */
};

#endif
