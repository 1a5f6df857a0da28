/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Loading of kernel objects: room for what the verifier says, and why the kernel refused one.
 */
#ifndef HDRTAP_USER_LOAD_H
#define HDRTAP_USER_LOAD_H

#include <bpf/libbpf.h>

#define LOAD_LOG_SIZE (64 * 1024)
#define LOAD_FAILED   "cannot load the kernel programs"

/* What a kind of program needs. */
struct load_needs {
	enum bpf_prog_type type;
	const char *name;       /* of the kind of program */
	const char *kernel_min; /* first Linux that has all of it */
};

/*
 * Says why bpf_object__load() failed with `err`; `log`: what the kernel logged, is changed. Returns
 * -errno.
 */
int load_refused(int err, const struct bpf_object *object, const struct load_needs *needs,
		 char *log);

#endif
