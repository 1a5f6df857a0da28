/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libpcap's time grows with the third power of the number of alternatives: 400 hosts take seconds,
 * thousands hours. So a child compiles, within limits, and writes what it has to a pipe: for each
 * kind of link struct compiled, then the instructions.
 */
#include "filter/compile.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/write_all.h"

#define SNAPLEN       262144  /* nothing but what a program returns for a packet that passes */
#define CPU_SECONDS   3       /* of the child */
#define WALL_SECONDS  30      /* it may have to look up names */
#define PROGRAM_MAX   1000000 /* instructions that are taken from the child */
#define EXIT_COMPILED 0

_Static_assert(sizeof(struct filter_insn) == sizeof(struct bpf_insn), "the same layout");

struct compiled {
	__u32 count;
	char why[FILTER_WHY_MAX];
};

static const int link_types[FILTER_LINKS] = {
	[FILTER_ETHERNET] = DLT_EN10MB,
	[FILTER_IP] = DLT_RAW,
};

/* --- the child --- */

static int compile_link(int fd, const char *expression, int link_type)
{
	pcap_t *pcap = pcap_open_dead(link_type, SNAPLEN);
	struct bpf_program program = { 0 };
	struct compiled compiled = { 0 };

	if (!pcap)
		return -1;
	if (pcap_compile(pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN))
		snprintf(compiled.why, sizeof(compiled.why), "%s", pcap_geterr(pcap));
	else
		compiled.count = program.bf_len;
	if (write_all(fd, &compiled, sizeof(compiled)))
		return -1;
	return write_all(fd, program.bf_insns, compiled.count * sizeof(*program.bf_insns));
}

_Noreturn static void child(int fd, const char *expression)
{
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS + 1 }, none = { 0, 0 };
	int failed = setrlimit(RLIMIT_CORE, &none) || setrlimit(RLIMIT_CPU, &cpu);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, SIG_DFL);
	signal(SIGXCPU, SIG_DFL);
	alarm(WALL_SECONDS);
	for (int link = 0; link < FILTER_LINKS && !failed; link++)
		failed = compile_link(fd, expression, link_types[link]);
	_exit(failed ? EXIT_FAILURE : EXIT_COMPILED);
}

/* --- its parent --- */

/* Returns whether all of it came. */
static int read_all(int fd, void *bytes, size_t size)
{
	ssize_t done;

	for (size_t at = 0; at < size; at += done) {
		done = read(fd, (char *)bytes + at, size - at);
		if (done < 0 && errno == EINTR)
			done = 0;
		else if (done <= 0)
			return 0;
	}
	return 1;
}

static int read_program(int fd, struct filter_program *program)
{
	struct compiled compiled;

	if (!read_all(fd, &compiled, sizeof(compiled)) || compiled.count > PROGRAM_MAX)
		return 0;
	memcpy(program->why, compiled.why, sizeof(program->why));
	if (!compiled.count)
		return 1;
	program->insn = calloc(compiled.count, sizeof(*program->insn));
	program->count = compiled.count;
	return program->insn &&
	       read_all(fd, program->insn, compiled.count * sizeof(*program->insn));
}

/* `how` is what waitpid() says. Returns -errno (reported). */
static int say_ended(const char *expression, int how)
{
	int number = WIFSIGNALED(how) ? WTERMSIG(how) : 0;

	if (number == SIGXCPU || number == SIGKILL)
		return fail(EINVAL,
			    FILTER_QUOTE
			    ": libpcap needs more than %d seconds to compile it; "
			    "use fewer alternatives, such as 'net' instead of many hosts",
			    FILTER_QUOTED(expression), CPU_SECONDS);
	if (number == SIGALRM)
		return fail(EINVAL,
			    FILTER_QUOTE ": libpcap did not finish within %d seconds; use "
					 "addresses instead of names",
			    FILTER_QUOTED(expression), WALL_SECONDS);
	if (number)
		return fail(EINVAL,
			    FILTER_QUOTE ": libpcap crashed on it (%s); write it in another way",
			    FILTER_QUOTED(expression), strsignal(number));
	return fail(ENOMEM, FILTER_QUOTE ": out of memory; free some memory",
		    FILTER_QUOTED(expression));
}

static int collect(struct filter_program program[FILTER_LINKS], const char *expression, int fd,
		   pid_t pid)
{
	int complete = 1, how = 0;

	for (int link = 0; link < FILTER_LINKS && complete; link++)
		complete = read_program(fd, &program[link]);
	close(fd);
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	return complete ? 0 : say_ended(expression, how);
}

int filter_compile(struct filter_program program[FILTER_LINKS], const char *expression)
{
	int ends[2], err;
	pid_t pid;

	memset(program, 0, FILTER_LINKS * sizeof(*program));
	if (pipe(ends))
		return fail(errno, FILTER_QUOTE ": %s; raise the limit of open files",
			    FILTER_QUOTED(expression), strerror(errno));
	pid = fork();
	if (!pid)
		child(ends[1], expression);
	err = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return fail(err, FILTER_QUOTE ": %s; stop other programs",
			    FILTER_QUOTED(expression), strerror(err));
	}
	err = collect(program, expression, ends[0], pid);
	for (int link = 0; link < FILTER_LINKS && err; link++)
		filter_program_free(&program[link]);
	return err;
}

int filter_check_time(const char *expression)
{
	struct filter_program program[FILTER_LINKS];
	int err = filter_compile(program, expression);

	for (int link = 0; link < FILTER_LINKS && !err; link++)
		filter_program_free(&program[link]);
	return err;
}

void filter_program_free(struct filter_program *program)
{
	free(program->insn);
	program->insn = NULL;
	program->count = 0;
}
