/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the live tests share: result lines, a network namespace of their own, a veth pair, commands,
 * a foreign program.
 */
#ifndef HDRTAP_TEST_LIVE_NET_H
#define HDRTAP_TEST_LIVE_NET_H

#include <arpa/inet.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static int failures;

/* One result line. */
static inline void check(const char *name, bool good, const char *why)
{
	if (good)
		printf("ok %s\n", name);
	else
		printf("FAIL %s: %s\n", name, why);
	failures += !good;
	fflush(stdout);
}

/* Runs a shell command; the test can't go on without it. */
static inline void must(const char *command)
{
	fflush(stdout);
	if (system(command) == 0)
		return;
	printf("FAIL set_up: '%s' failed\n", command);
	exit(1);
}

/* What a shell command prints, to be freed. */
static inline char *output_of(const char *command)
{
	char *text = NULL;
	size_t size = 0;
	FILE *from = popen(command, "r"), *to = open_memstream(&text, &size);
	int c;

	while ((c = getc(from)) != EOF)
		putc(c, to);
	pclose(from);
	fclose(to);
	return text;
}

/* True when the command prints the text. */
static inline bool prints(const char *command, const char *text)
{
	char *output = output_of(command);
	bool found = strstr(output, text);

	free(output);
	return found;
}

/*
 * A network namespace that goes away with this process, with its loopback up and a veth pair v0 and
 * v1 in it. What is sent to 10.9.0.2 leaves v0 and arrives at v1.
 */
static inline void net_begin(void)
{
	if (unshare(CLONE_NEWNET)) {
		perror("unshare");
		exit(1);
	}
	must("PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && ip link add v0 type veth peer name "
	     "v1 && "
	     "ip address add 10.9.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up && "
	     "ip neighbour add 10.9.0.2 lladdr 02:00:00:00:00:02 dev v0");
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
}

/* Sends `count` datagrams. */
static inline void net_send(int count)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "10.9.0.2", &to.sin_addr);
	for (int i = 0; i < count; i++)
		if (sendto(fd, "hello", 5, 0, (struct sockaddr *)&to, sizeof(to)) != 5)
			perror("sendto");
	close(fd);
}

/* Loads a classifier that lets everything pass on. */
static inline int foreign_program_of(int verdict)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "foreign", "GPL", insns, 2, NULL);

	if (fd >= 0)
		return fd;
	perror("bpf_prog_load");
	exit(1);
}

/* One that lets packets go on. */
static inline int foreign_program(void)
{
	return foreign_program_of(-1);
}

static inline struct bpf_prog_info program_info(int fd)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		perror("bpf_obj_get_info_by_fd");
	return info;
}

#endif
