// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The TC object is loaded without those of its programs that no measurement runs: verifying them
 * would take most of the time of a measurement. Stands in for the libbpf call of this name, by the
 * linker's --wrap.
 */
#include <string.h>

#include <bpf/libbpf.h>

int __real_bpf_object__load_skeleton(struct bpf_object_skeleton *skeleton);
int __wrap_bpf_object__load_skeleton(struct bpf_object_skeleton *skeleton);

static const char *const never_run[] = {
	"hdrtap_transmit_eth",
	"hdrtap_receive_ip",
	"hdrtap_transmit_ip",
};

int __wrap_bpf_object__load_skeleton(struct bpf_object_skeleton *skeleton)
{
	struct bpf_program *program;

	for (size_t i = 0; i < sizeof(never_run) / sizeof(*never_run); i++) {
		program = bpf_object__find_program_by_name(*skeleton->obj, never_run[i]);
		if (program)
			bpf_program__set_autoload(program, false);
	}
	return __real_bpf_object__load_skeleton(skeleton);
}
