/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * An independent look at what the kernel programs put out: no code of hdrtap reads here. Perf
 * events are opened and mapped by bare system calls and walked by hand. Values planted in real
 * requests must stand inside samples of one fixed size, found by nothing but a search for their
 * bytes; what was not chosen must not be there at all. So the heads were parsed in the kernel.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "attach/tc_object.h"
#include "live_http.h"
#include "run/elements.h"
#include "tc.skel.h"

#define RECORD_SIZE 768 /* as documented, not as our headers have it */
#define RING_PAGES  256
#define CPUS_MAX    256
#define REQUESTS    100
#define TCX_INGRESS ((enum bpf_attach_type)46)

struct ring {
	struct perf_event_mmap_page *page;
	const char *data;
	size_t size;
};

static struct ring rings[CPUS_MAX];

/* What is found in all samples. */
static int samples, others, wrong_size, requests, planted, unwanted, secrets, answers;
static bool path_seen[REQUESTS + 1];

/* Returns false when the CPU is offline. */
static bool open_ring(int cpu, int events_fd)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
	};
	long page = sysconf(_SC_PAGESIZE);
	int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	void *memory;

	if (fd < 0)
		return false;
	memory = mmap(NULL, (RING_PAGES + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED || bpf_map_update_elem(events_fd, &cpu, &fd, BPF_ANY) ||
	    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0)) {
		printf("FAIL set_up: ring of CPU %d: %s\n", cpu, strerror(errno));
		exit(1);
	}
	rings[cpu] = (struct ring){ memory, (const char *)memory + page, RING_PAGES * page };
	return true;
}

/* The verifier has a test of its own; its log is not for here. */
static struct hdrtap_tc *load(void)
{
	static struct hdrtap_settings settings;
	struct run_meta meta = { 0 };
	struct hdrtap_tc *object;

	if (run_meta_init(&meta))
		exit(1);
	elements_default(&meta);
	elements_choose(&meta, "cookie=names");
	elements_build(&settings.elements, &meta, 6, 0);
	if (tc_object_load(&object, &settings, NULL, (struct tc_object_options){ 0 })) {
		printf("FAIL set_up: the object does not load\n");
		exit(1);
	}
	return object;
}

static bool contains(const char *bytes, size_t size, const char *text)
{
	return memmem(bytes, size, text, strlen(text));
}

static void look_at_path(const char *bytes, size_t size)
{
	const char *path = memmem(bytes, size, "/path/", 6);
	int number = path ? atoi(path + 6) : 0;

	if (number < 1 || number > REQUESTS)
		return;
	requests++;
	path_seen[number] = true;
	planted += contains(bytes, size, "planted-value");
}

static void look_at_sample(const char *bytes, __u32 size)
{
	samples++;
	wrong_size += size < RECORD_SIZE || size >= RECORD_SIZE + 8;
	look_at_path(bytes, size);
	answers += contains(bytes, size, "nginx");
	unwanted += contains(bytes, size, "not-chosen");
	secrets += contains(bytes, size, "planted-secret");
}

/* Nothing wraps: the ring has room for everything. */
static void walk(const struct ring *ring)
{
	__u64 head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE), at = 0;

	if (head >= ring->size) {
		printf("FAIL set_up: the ring is too small for this test\n");
		exit(1);
	}
	while (at < head) {
		struct perf_event_header header;
		__u32 size;

		memcpy(&header, ring->data + at, sizeof(header));
		memcpy(&size, ring->data + at + sizeof(header), sizeof(size));
		if (header.type == PERF_RECORD_SAMPLE)
			look_at_sample(ring->data + at + sizeof(header) + sizeof(size), size);
		else
			others++;
		at += header.size;
	}
}

static bool all_paths_seen(void)
{
	for (int number = 1; number <= REQUESTS; number++)
		if (!path_seen[number])
			return false;
	return true;
}

/* By a link, or by a filter where the kernel has no links. Returns 0 or -errno. */
static int attach(const struct hdrtap_tc *object)
{
	int fd = bpf_program__fd(object->progs.hdrtap_receive_eth);
	LIBBPF_OPTS(bpf_link_create_opts, link);
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = 1, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = fd);

	if (bpf_link_create(fd, 1, TCX_INGRESS, &link) >= 0)
		return 0;
	return bpf_tc_hook_create(&hook) ? -errno : bpf_tc_attach(&hook, &filter);
}

int main(void)
{
	struct hdrtap_tc *object;
	int cpus = 0;

	net_begin();
	http_begin();
	object = load();
	for (int cpu = 0; cpu < libbpf_num_possible_cpus() && cpu < CPUS_MAX; cpu++)
		cpus += open_ring(cpu, bpf_map__fd(object->maps.events));
	check("set_up", cpus > 0 && !attach(object),
	      "no perf event, or the program is not attached");
	http_get(REQUESTS);
	for (int cpu = 0; cpu < CPUS_MAX; cpu++)
		if (rings[cpu].page)
			walk(&rings[cpu]);
	check("samples_of_heads_only", samples == 2 * REQUESTS && !others,
	      "not one sample per head");
	check("samples_have_one_size", samples && !wrong_size, "a sample has another size");
	check("targets_are_there", requests == REQUESTS && all_paths_seen(),
	      "a request target is not in one sample");
	check("request_values_are_there", planted == REQUESTS,
	      "the planted header value is not in each sample");
	check("response_values_are_there", answers == REQUESTS,
	      "Server is not in the sample of each response");
	check("not_chosen_is_not_there", samples && !unwanted,
	      "a header that was not chosen left the kernel");
	check("secrets_are_not_there", samples && !secrets, "a secret left the kernel");
	hdrtap_tc__destroy(object);
	return failures != 0;
}
