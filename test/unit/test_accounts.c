/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The accounts at the end: what is said, and when they close. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/accounts.h"

/* Valid until the next call. */
static const char *printed(const struct accounts *acc, bool full)
{
	static char text[8192];
	FILE *out = fmemopen(text, sizeof(text), "w");

	memset(text, 0, sizeof(text));
	accounts_print(out, acc, full);
	fclose(out);
	return text;
}

static void fill(struct accounts *acc)
{
	__u64 *count = acc->kernel.count;

	memset(acc, 0, sizeof(*acc));
	acc->live = true;
	count[HDRTAP_COUNTER_NO_PAYLOAD] = 100;
	count[HDRTAP_COUNTER_HEAD] = 50;
	count[HDRTAP_COUNTER_HEADS] = 52;
	count[HDRTAP_COUNTER_EMITTED] = 30;
	count[HDRTAP_COUNTER_FILTERED] = 6;
	count[HDRTAP_COUNTER_EXCLUDED] = 3;
	count[HDRTAP_COUNTER_LIMITED] = 1;
	count[HDRTAP_COUNTER_LOST_SPACE] = 2;
	count[HDRTAP_COUNTER_LOST_RING] = 1;
	count[HDRTAP_COUNTER_LOST_OTHER] = 1;
	count[HDRTAP_COUNTER_ABANDONED_BAD] = 1;
	count[HDRTAP_COUNTER_ABANDONED_GAP] = 1;
	count[HDRTAP_COUNTER_ABANDONED_EVICTED] = 1;
	count[HDRTAP_COUNTER_ABANDONED_TIMEOUT] = 1;
	count[HDRTAP_COUNTER_ABANDONED_BUDGET] = 1;
	count[HDRTAP_COUNTER_IN_PROGRESS] = 3;
	acc->user[HDRTAP_USER_WRITTEN] = 26;
	acc->user[HDRTAP_USER_DROPPED] = 4;
	acc->output[HDRTAP_KIND_REQUEST] = 14;
	acc->output[HDRTAP_KIND_RESPONSE] = 12;
}

Test(accounts, summary)
{
	struct accounts acc;

	fill(&acc);
	cr_assert_str_eq(printed(&acc, false), "14 requests and 12 responses logged\n"
					       "52 heads seen by the kernel\n"
					       "2 lost (buffer full)\n"
					       "1 lost (no ring buffer on their CPU)\n"
					       "1 lost (perf output failed)\n"
					       "4 dropped (the output failed)\n"
					       "3 excluded by --where\n"
					       "1 not logged (--limit)\n");
}

Test(accounts, summary_without_losses)
{
	struct accounts acc = { .live = true };

	cr_assert_str_eq(printed(&acc, false), "0 requests and 0 responses logged\n"
					       "0 heads seen by the kernel\n"
					       "0 lost (buffer full)\n");
}

Test(accounts, summary_of_a_capture)
{
	struct accounts acc;

	fill(&acc);
	acc.live = false;
	cr_assert(strstr(printed(&acc, false),
			 "14 requests and 12 responses read\n52 heads in 150 packets\n"));
}

Test(accounts, summary_with_an_expression)
{
	struct accounts acc = { .live = true };

	acc.kernel.count[HDRTAP_COUNTER_EXPRESSION] = 9;
	cr_assert_str_eq(printed(&acc, false), "0 requests and 0 responses logged\n"
					       "0 heads seen by the kernel\n"
					       "9 packets excluded by the expression\n"
					       "0 lost (buffer full)\n");
	acc.live = false;
	cr_assert_str_eq(printed(&acc, false), "0 requests and 0 responses read\n"
					       "0 heads in 9 packets\n"
					       "9 packets excluded by the expression\n");
}

Test(accounts, summary_of_a_log)
{
	struct accounts acc = { .user = { [HDRTAP_USER_WRITTEN] = 3 }, .output = { 0, 2, 1 } };

	cr_assert_str_eq(printed(&acc, false), "2 requests and 1 response read\n");
	cr_assert(accounts_close(&acc), "nothing was emitted here");
	cr_assert(!strstr(printed(&acc, true), "emitted"));
	acc.user[HDRTAP_USER_LOST_REPORTED] = 7;
	cr_assert_str_eq(printed(&acc, false), "2 requests and 1 response read\n"
					       "7 lost during the capture\n");
}

/* One is not several. */
Test(accounts, summary_of_one)
{
	struct accounts acc = { .output = { 0, 1, 0 } };

	acc.kernel.count[HDRTAP_COUNTER_HEADS] = acc.kernel.count[HDRTAP_COUNTER_EMITTED] = 1;
	acc.kernel.count[HDRTAP_COUNTER_HEAD] = 1;
	cr_assert_str_eq(printed(&acc, false), "1 request and 0 responses read\n"
					       "1 head in 1 packet\n");
	acc.live = true;
	cr_assert_str_eq(printed(&acc, false), "1 request and 0 responses logged\n"
					       "1 head seen by the kernel\n"
					       "0 lost (buffer full)\n");
}

Test(accounts, full)
{
	struct accounts acc;
	const char *text;

	fill(&acc);
	text = printed(&acc, true);
	cr_assert(strstr(text, "           100 packets_no_payload         TCP without payload\n"));
	cr_assert(strstr(text, "             4 records_dropped            records that the output "
			       "did not accept\n"));
	cr_assert(!strstr(text, "packets_tls"), "counters that are 0");
	cr_assert(strstr(text, "52 heads started = 52: 30 emitted + 6 filtered + 3 excluded + 1 "
			       "limited + 4 lost + 5 abandoned "
			       "+ 3 in progress\n"));
	cr_assert(strstr(text, "30 heads emitted = 30: 26 written + 4 dropped\n"));
}

/* Each term of the equations by itself. */
/* When the guard was killed the records went on. */
Test(accounts, old_counters_are_not_summed_up)
{
	struct accounts acc;

	fill(&acc);
	acc.user[HDRTAP_USER_WRITTEN]++;
	cr_assert(strstr(printed(&acc, true), "IS NOT"));
	acc.stale = true;
	cr_assert(!strstr(printed(&acc, true), "IS NOT"));
	cr_assert(strstr(printed(&acc, true), "the kernel's counters are older than the records"));
}

Test(accounts, every_term_counts)
{
	static const enum hdrtap_counter terms[] = {
		HDRTAP_COUNTER_HEADS,
		HDRTAP_COUNTER_EMITTED,
		HDRTAP_COUNTER_FILTERED,
		HDRTAP_COUNTER_EXCLUDED,
		HDRTAP_COUNTER_LIMITED,
		HDRTAP_COUNTER_LOST_SPACE,
		HDRTAP_COUNTER_LOST_RING,
		HDRTAP_COUNTER_LOST_OTHER,
		HDRTAP_COUNTER_ABANDONED_BAD,
		HDRTAP_COUNTER_ABANDONED_GAP,
		HDRTAP_COUNTER_ABANDONED_EVICTED,
		HDRTAP_COUNTER_ABANDONED_TIMEOUT,
		HDRTAP_COUNTER_ABANDONED_BUDGET,
	};
	struct accounts acc;
	size_t i;

	fill(&acc);
	cr_assert(accounts_close(&acc));
	for (i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		fill(&acc);
		acc.kernel.count[terms[i]]++;
		cr_expect(!accounts_close(&acc), "counter %d", terms[i]);
		cr_expect(strstr(printed(&acc, true), " IS NOT "), "counter %d", terms[i]);
	}
	fill(&acc);
	acc.kernel.count[HDRTAP_COUNTER_IN_PROGRESS]++;
	cr_expect(!accounts_close(&acc));
	for (i = HDRTAP_USER_WRITTEN; i <= HDRTAP_USER_DROPPED; i++) {
		fill(&acc);
		acc.user[i]++;
		cr_expect(!accounts_close(&acc), "user counter %zu", i);
	}
}

/* What was not looked into is said when nothing was found, or when it is much. */
Test(accounts, not_looked_into)
{
	struct accounts acc = { .live = true };
	const char *text;

	acc.kernel.unread[0] = (struct hdrtap_unread){ .packets = 11, .ethertype = 0x8847 };
	acc.kernel.unread[1] = (struct hdrtap_unread){ .packets = 1, .ethertype = 0x88b5 };
	acc.kernel.unread[HDRTAP_UNREAD_MAX - 1].packets = 3;
	acc.kernel.count[HDRTAP_COUNTER_NOT_IP] = 15;
	acc.kernel.count[HDRTAP_COUNTER_TLS] = 85;
	text = printed(&acc, false);
	cr_assert(strstr(text, "11 packets of ethertype 0x8847 were not looked into\n"));
	cr_assert(strstr(text, "1 packet of ethertype 0x88b5 was not looked into\n"));
	cr_assert(strstr(text, "3 packets of other ethertypes were not looked into\n"));
	cr_assert(strstr(text, "85 packets of TLS were not looked into\n"));
	acc.kernel.count[HDRTAP_COUNTER_HEADS] = 1;
	text = printed(&acc, false);
	cr_assert(strstr(text, "11 packets of ethertype 0x8847 were not looked into\n"));
	cr_assert(!strstr(text, "TLS"), "that is ordinary");
	acc.kernel.count[HDRTAP_COUNTER_TLS] = 1000;
	cr_assert(!strstr(printed(&acc, false), "not looked into"));
}
