/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * hdrtap-replay: what the packets of a capture cost.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach/libraries.h"
#include "base/error.h"
#include "base/numbers.h"
#include "base/standard.h"
#include "replay.h"
#include "run/elements.h"
#include "run/settings.h"

enum {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_USAGE
};

enum {
	OPTION_ENGINE = 256,
	OPTION_HOOK,
	OPTION_LOOPS,
	OPTION_RATE,
	OPTION_WARM_UP,
	OPTION_CONNECTIONS,
	OPTION_VERSION,
};

static const struct option long_options[] = {
	{ "engine", required_argument, NULL, OPTION_ENGINE },
	{ "hook", required_argument, NULL, OPTION_HOOK },
	{ "loops", required_argument, NULL, OPTION_LOOPS },
	{ "rate", required_argument, NULL, OPTION_RATE },
	{ "warm-up", required_argument, NULL, OPTION_WARM_UP },
	{ "connections", required_argument, NULL, OPTION_CONNECTIONS },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const char usage[] = "Usage: hdrtap-replay [OPTION...] -r FILE\n"
			    "Measures the time hdrtap spends on the packets of a capture "
			    "file.\n"
			    "\n"
			    "  -r FILE            the capture file, pcap or pcapng\n"
			    "  --engine ENGINE    native (default), kernel or wire\n"
			    "  --hook HOOK        tc (default) or xdp; for kernel and "
			    "wire\n"
			    "  --loops N          measured rounds (default: 1)\n"
			    "  --warm-up N        rounds before them (default: 0)\n"
			    "  --rate N           packets per second (default: as fast "
			    "as possible); for wire\n"
			    "  -e NAME[=MODE][:MAX]  add a header element, as in "
			    "hdrtap(1)\n"
			    "  --connections N    connections to track (default: 16384)\n"
			    "  -f FORMAT          text (default) or json\n"
			    "  --version, -h, --help\n"
			    "\n"
			    "Examples:\n"
			    "  hdrtap-replay --loops 10 -r capture.pcap\n"
			    "  sudo hdrtap-replay --engine kernel --hook xdp --warm-up 1 "
			    "--loops 10 -r capture.pcap\n"
			    "  sudo hdrtap-replay --engine wire --rate 100000 -f json -r "
			    "capture.pcap\n";

/* The place of `text` in a list that NULL ends. Returns it or -EINVAL (reported). */
static int choose(const char *option, const char *text, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(text, list[i]))
			return i;
	return fail(EINVAL, "option %s: '%s' is not valid; see --help", option, text);
}

static int number(const char *option, const char *text, __u64 min, __u64 max, __u64 *to)
{
	if (number_parse(text, to) && *to >= min && *to <= max)
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a number from %llu to %llu; give one", option,
		    text, min, max);
}

static int set_connections(struct replay_options *options, const char *text)
{
	__u64 *count = &options->connections;
	int err = number("--connections", text, HDRTAP_CONNECTIONS_MIN, HDRTAP_CONNECTIONS_MAX,
			 count);

	if (!err && (*count & (*count - 1)))
		return fail(EINVAL, "option --connections: %s is not a power of two; give one",
			    text);
	options->config.sets = *count / HDRTAP_WAYS;
	return err;
}

static int add_element(struct replay_options *options, const char *text)
{
	const size_t room = sizeof(options->elements) / sizeof(*options->elements);

	if (options->element_count == room)
		return fail(EINVAL, "option -e: more than %zu; remove some", room);
	options->elements[options->element_count++] = text;
	return 0;
}

static int take(struct replay_options *options, int option, const char *text)
{
	static const char *const engines[] = { "native", "kernel", "wire", NULL };
	static const char *const hooks[] = { "tc", "xdp", NULL };
	static const char *const formats[] = { "text", "json", NULL };
	int chosen = 0;

	switch (option) {
	case 'r':
		options->path = text;
		break;
	case 'e':
		return add_element(options, text);
	case 'f':
		chosen = choose("-f", text, formats);
		options->json = chosen;
		break;
	case OPTION_ENGINE:
		chosen = choose("--engine", text, engines);
		options->engine = chosen;
		break;
	case OPTION_HOOK:
		chosen = choose("--hook", text, hooks);
		options->xdp = chosen;
		break;
	case OPTION_LOOPS:
		return number("--loops", text, 1, 1000000, &options->loops);
	case OPTION_WARM_UP:
		return number("--warm-up", text, 0, 1000000, &options->warm_up);
	case OPTION_RATE:
		return number("--rate", text, 1, 100000000, &options->rate);
	case OPTION_CONNECTIONS:
		return set_connections(options, text);
	default:
		return fail(EINVAL, "command line: see above; see --help");
	}
	return chosen < 0 ? chosen : 0;
}

/* Returns 0, -EINVAL (reported), or 1 when all is done. */
static int parse(struct replay_options *options, int argc, char **argv)
{
	int option, err = 0;

	while (!err && (option = getopt_long(argc, argv, "r:e:f:h", long_options, NULL)) != -1) {
		if (option == 'h')
			return fputs(usage, stdout), 1;
		if (option == OPTION_VERSION)
			return printf("hdrtap-replay %s\n", HDRTAP_VERSION), 1;
		err = take(options, option, optarg);
	}
	if (err)
		return err;
	if (optind < argc)
		return fail(EINVAL, "argument '%s': unexpected; give the capture file with -r",
			    argv[optind]);
	if (!options->path)
		return fail(EINVAL, "no capture file: nothing to replay; give one with -r");
	if (options->rate && options->engine != REPLAY_WIRE)
		return fail(EINVAL, "option --rate: only for --engine wire; remove it");
	if (options->xdp && options->engine == REPLAY_NATIVE)
		return fail(EINVAL, "option --hook: not for --engine native; remove it");
	return 0;
}

static int build_settings(struct replay_options *options)
{
	const struct settings_options both = {
		.kinds = 1 << HDRTAP_KIND_REQUEST | 1 << HDRTAP_KIND_RESPONSE,
	};
	struct run_meta meta = { 0 };
	int err = run_meta_init(&meta);

	if (err)
		fail(-err, "cannot describe this run: no host name or no random bytes: %s",
		     strerror(-err));
	else
		elements_default(&meta);
	for (size_t i = 0; i < options->element_count && !err; i++)
		err = elements_choose(&meta, options->elements[i]);
	if (!err)
		err = settings_build(&options->settings, &meta, &both, 0);
	return err;
}

static int run_engine(const struct replay_options *options, struct replay_packets *packets,
		      struct replay_result *result)
{
	switch (options->engine) {
	case REPLAY_KERNEL:
		return replay_kernel(options, packets, result);
	case REPLAY_WIRE:
		return replay_wire(options, packets, result);
	default:
		return replay_native(options, packets, result);
	}
}

static int run(struct replay_options *options)
{
	const struct native_options parser = { .settings = &options->settings,
					       .config = &options->config };
	struct replay_packets packets = { 0 };
	struct replay_result result = { 0 };
	int err = build_settings(options);

	if (!err)
		err = replay_packets_read(&packets, options->path);
	if (!err)
		err = replay_packets_classify(&packets, &parser);
	if (!err)
		err = run_engine(options, &packets, &result);
	if (!err)
		replay_print(options, &result);
	free(result.times);
	replay_packets_free(&packets);
	return err;
}

int main(int argc, char **argv)
{
	struct replay_options options = { .loops = 1,
					  .connections = HDRTAP_CONNECTIONS_DEFAULT,
					  .config = HDRTAP_CONFIG_DEFAULT };
	int err = standard_open(), flushed;

	libraries_be_quiet();
	if (!err)
		err = parse(&options, argc, argv);
	if (!err)
		err = run(&options);
	flushed = standard_flush();
	err = err < 0 ? err : flushed;
	if (!err)
		return EXIT_DONE;
	return err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}
