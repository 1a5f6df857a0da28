/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Hostile variants of every capture, of llhttp's cases and of flows made by hand: for each flow and
 * each kind as many variants as a budget of packets allows; each is run, and its property checked.
 * A variant depends on nothing but the seed, its flow's and its kind's name and its number.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "giant.h"
#include "packet.h"
#include "reduce.h"
#include "variant.h"

#define BUDGET         200       /* packets per flow and kind, in one round */
#define PLACES_MAX     300       /* variants of a kind that has one per place in the flow, */
#define PLACES_BYTES   (1 << 22) /* and bytes in all of them */
#define VARIANT_COST   30        /* of a variant, beside its packets: in packets */
#define BYTES_COST     500       /* bytes that cost as much as a packet */
#define FAILURES_SHOWN 5         /* per kind, of one flow each */
#define KINDS_MAX      64

struct options {
	__u64 seed;
	unsigned seconds;    /* 0: one round */
	const char *capture; /* pattern of flows, NULL: all */
	const char *kind;    /* NULL: all */
	long long number;    /* -1: all */
	const char *write;   /* capture file for the last variant, NULL: none */
	bool list, reduce, show;
};

struct tally {
	size_t variants, failures, shown;
	const struct flow *last; /* that was shown */
	__u64 packets;
};

static struct options options = { .seed = 1, .number = -1 };
static struct flows flows;
static struct run run, reduced;
static int failed;

static void result(const char *name, const char *why)
{
	printf(why ? "FAIL %s: %s\n" : "ok %s\n", name, why);
	failed |= why != NULL;
}

/* --- one variant --- */

static void show_failure(const struct kind *kind, const struct subject *subject, __u64 seed,
			 struct script *script, const char *why)
{
	printf("%s of %s: %s\n    test/hostile/run --seed %llu --capture '%s' --kind %s --number "
	       "%zu --reduce --write FILE\n",
	       kind->name, subject->flow->name, why, seed, subject->flow->name, kind->name,
	       subject->number);
	if (!options.reduce)
		return;
	script_reduce(script, kind->property, &reduced);
	run_script(&reduced, script);
	printf("  reduced: %s\n", property_check(kind->property, &reduced));
	script_print(script);
}

/* Returns what it cost. */
static size_t run_variant(const struct kind *kind, const struct flow *flow, size_t number,
			  __u64 seed, struct tally *tally)
{
	struct subject subject = { flow, &flows, number, { seed } };
	struct script script;
	const char *why;
	size_t cost = VARIANT_COST;

	rng_mix(&subject.rng, flow->name);
	rng_mix(&subject.rng, kind->name);
	subject.rng.state += number;
	kind->make(&script, &subject);
	run_script(&run, &script);
	why = property_check(kind->property, &run);
	tally->variants++;
	tally->packets += script.count;
	tally->failures += why != NULL;
	if (why && tally->last != flow && tally->shown < FAILURES_SHOWN) {
		show_failure(kind, &subject, seed, &script, why);
		tally->last = flow;
		tally->shown++;
	}
	if (options.show)
		script_print(&script);
	if (options.write)
		packets_write(&script, options.write);
	for (size_t i = 0; i < script.count; i++)
		cost += 1 + (script.list[i].to - script.list[i].from) / BYTES_COST;
	script_free(&script);
	return cost;
}

/* --- all of them --- */

/* A flow's places are taken in steps of this size. */
static size_t stride_of(const struct flow *flow, size_t count)
{
	size_t bytes = flow->stream[FROM_CLIENT].count + flow->stream[FROM_SERVER].count;
	size_t most = PLACES_BYTES / bytes + 1;

	return count / (most < PLACES_MAX ? most : PLACES_MAX) + 1;
}

static void run_flow(const struct kind *kind, const struct flow *flow, __u64 seed,
		     struct tally *tally)
{
	size_t count = kind->count(flow), cost = 0, stride = stride_of(flow, count);

	if (options.number >= 0) {
		if ((size_t)options.number < count)
			run_variant(kind, flow, options.number, seed, tally);
	} else if (count < COUNT_ANY) {
		for (size_t i = seed % stride; i < count; i += stride)
			run_variant(kind, flow, i, seed, tally);
	} else {
		for (size_t i = 0; cost < BUDGET; i++)
			cost += run_variant(kind, flow, i, seed, tally);
	}
}

static void run_kind(const struct kind *kind, __u64 seed, struct tally *tally)
{
	for (size_t i = 0; i < flows.count; i++)
		if (!options.capture || !fnmatch(options.capture, flows.list[i].name, 0))
			run_flow(kind, &flows.list[i], seed, tally);
}

static void kind_result(const struct kind *kind, const struct tally *tally)
{
	char text[128];

	if (!tally->failures) {
		printf("ok %s: %zu variants, %llu packets\n", kind->name, tally->variants,
		       tally->packets);
		return;
	}
	snprintf(text, sizeof(text), "%zu of %zu variants", tally->failures, tally->variants);
	result(kind->name, text);
}

static void run_kinds(void)
{
	const time_t end = time(NULL) + options.seconds;
	struct tally tally[KINDS_MAX] = { 0 };
	__u64 seed = options.seed;
	const struct kind *kind;

	do {
		for (size_t i = 0; (kind = kind_number(i)); i++)
			if (!options.kind || !strcmp(options.kind, kind->name))
				run_kind(kind, seed, &tally[i]);
		seed++;
	} while (time(NULL) < end);
	for (size_t i = 0; (kind = kind_number(i)); i++)
		if (tally[i].variants)
			kind_result(kind, &tally[i]);
}

/* --- flows --- */

/* Whether what a head is depends on how its packets lie: no variant of them has the same truth.
 * Behind bytes too many heads are found where packets begin; a response that comes before its
 * request is not what a flow is; a refused body that is not seen may be none. */
static bool depends_on_packets(const struct flow *flow)
{
	static const char *const names[] = { "pcaps/429-interim-responses#",
					     "pcaps/471-interfaces#17", "pcaps/474-refused-expect#",
					     "pcaps/476-stray-bytes#",
					     "zeek-http/http-bad-request-with-version#" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(flow->name, names[i], strlen(names[i])))
			return true;
	for (size_t i = 0; i < flow->truth.count; i++)
		if (flow->truth.list[i].rec.flags &
		    (HDRTAP_FLAG(NO_BODY) | HDRTAP_FLAG(ANSWERED) | HDRTAP_FLAG(EARLY)))
			return true;
	return false;
}

static void take_truths(void)
{
	const char *why = NULL;
	size_t heads = 0;

	for (size_t i = 0; i < flows.count; i++) {
		why = property_truth(&flows.list[i], &run);
		if (why)
			printf("%s: %s\n", flows.list[i].name, why);
		failed |= why != NULL;
		heads += flows.list[i].truth.count;
	}
	if (failed)
		result("truth", "see above");
	else
		printf("ok truth: %zu flows, %zu heads\n", flows.count, heads);
	flows_drop(&flows, depends_on_packets);
}

static void list_flows(void)
{
	for (size_t i = 0; i < flows.count; i++) {
		const struct flow *flow = &flows.list[i];

		printf("%s: %zu and %zu bytes, %zu turns, %zu heads, %zu at once\n", flow->name,
		       flow->stream[FROM_CLIENT].count, flow->stream[FROM_SERVER].count,
		       flow->turns.count, flow->truth.count, flow->segment);
	}
}

static void read_flows(void)
{
	const char *root = getenv("HDRTAP_ROOT"), *corpus = getenv("HDRTAP_CORPUS");
	char path[1024], script[1024];

	flows_made(&flows);
	snprintf(path, sizeof(path), "%s/pcaps", root ? root : ".");
	if (!flows_of_directory(&flows, "pcaps", path))
		die("no captures in %s", path);
	snprintf(path, sizeof(path), "%s/zeek-http", corpus ? corpus : "");
	if (flows_of_directory(&flows, "zeek-http", path)) {
		snprintf(path, sizeof(path), "%s/llhttp", corpus);
		snprintf(script, sizeof(script), "%s/test/llhttp_cases.py", root ? root : ".");
		flows_of_llhttp(&flows, script, path);
	} else {
		printf("skip corpus: not found\n");
	}
	flows_drop_idle(&flows);
}

/* --- command line --- */

static const struct option long_options[] = {
	{ "seed", required_argument, NULL, 's' },    { "capture", required_argument, NULL, 'c' },
	{ "kind", required_argument, NULL, 'k' },    { "number", required_argument, NULL, 'n' },
	{ "write", required_argument, NULL, 'w' },   { "list", no_argument, NULL, 'l' },
	{ "reduce", no_argument, NULL, 'r' },        { "show", no_argument, NULL, 'p' },
	{ "seconds", required_argument, NULL, 't' }, { NULL, 0, NULL, 0 },
};

static void read_options(int argc, char **argv)
{
	for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
		if (c == 's')
			options.seed = strtoull(optarg, NULL, 0);
		else if (c == 'c')
			options.capture = optarg;
		else if (c == 'k')
			options.kind = optarg;
		else if (c == 'n')
			options.number = strtoll(optarg, NULL, 0);
		else if (c == 'w')
			options.write = optarg;
		else if (c == 't')
			options.seconds = strtoul(optarg, NULL, 0);
		else if (c == 'l')
			options.list = true;
		else if (c == 'r')
			options.reduce = true;
		else if (c == 'p')
			options.show = true;
		else
			exit(2);
	}
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argc, argv);
	run_setup();
	read_flows();
	take_truths();
	if (options.list)
		list_flows();
	else
		run_kinds();
	if (!options.list && !options.capture)
		result("giant_bodies", giant_bodies(&run));
	free(run.seen.list);
	free(reduced.seen.list);
	flows_free(&flows);
	return failed;
}
