/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "base/ending.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include <hdrtap/types.h>

#include "base/clock.h"

static atomic_bool hangup_ends;
static _Atomic __u64 asked; /* ns: when it was first seen that we are asked to end; 0: we are not */

void ending_by_hangup(bool ends)
{
	hangup_ends = ends;
}

static void note(void)
{
	__u64 never = 0;

	atomic_compare_exchange_strong(&asked, &never, clock_boottime());
}

void ending_note(int number)
{
	if (number == SIGINT || number == SIGTERM || (number == SIGHUP && hangup_ends))
		note();
}

bool ending_asked(void)
{
	sigset_t pending;

	if (!asked && !sigpending(&pending) &&
	    (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM) ||
	     (hangup_ends && sigismember(&pending, SIGHUP))))
		note();
	return asked;
}

bool ending_overdue(void)
{
	return ending_asked() && clock_boottime() - asked >= ENDING_PATIENCE_NS;
}

void ending_ask(pid_t child)
{
	siginfo_t stopped = { 0 };

	kill(child, SIGTERM);
	/* It would take away a SIGSTOP that is on its way, as of somebody who traces the child. */
	if (!waitid(P_PID, child, &stopped, WSTOPPED | WNOHANG | WNOWAIT) && stopped.si_pid)
		kill(child, SIGCONT);
}
