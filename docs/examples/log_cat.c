/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Prints the heads of record logs: cc log_cat.c $(pkg-config --cflags --libs hdrtap) */
#include <inttypes.h>
#include <stdio.h>

#include <hdrtap/log.h>

static void print(const struct hdrtap_rec *rec)
{
	char source[HDRTAP_ADDRESS_SIZE];
	size_t m, t;
	const char *method = hdrtap_rec_method(rec, &m), *target = hdrtap_rec_target(rec, &t);

	printf("%" PRIu64 " %s", hdrtap_rec_time(rec),
	       hdrtap_rec_address_text(rec, HDRTAP_SIDE_SOURCE, source));
	printf(" %.*s %.*s", method ? (int)m : 1, method ? method : "-", (int)t, target);
	if (hdrtap_rec_status(rec) >= 0)
		printf(" %d after %" PRId64 " ns", hdrtap_rec_status(rec), hdrtap_rec_latency(rec));
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct hdrtap_log *log;
	int result = hdrtap_log_new(&log);

	if (result < 0)
		return 1;
	for (int i = 1; i < argc && result >= 0; i++)
		result = hdrtap_log_add(log, argv[i]);
	while (result >= 0 && (result = hdrtap_log_next(log)) != HDRTAP_LOG_END)
		if (result == HDRTAP_LOG_RECORD)
			print(hdrtap_log_rec(log));
		else if (result == HDRTAP_LOG_NOTICE)
			fprintf(stderr, "%s\n", hdrtap_log_notice(log));
	if (result < 0)
		fprintf(stderr, "%s\n", hdrtap_log_error(log));
	hdrtap_log_free(log);
	return result < 0;
}
