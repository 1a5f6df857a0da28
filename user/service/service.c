/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * That a service manager does not listen is its business, not the capture's: nothing fails here.
 */
#include "guard/service.h"

#include <stdint.h>
#include <systemd/sd-daemon.h>

#define NS_PER_US 1000ULL
#define STATUS_NS (5 * 1000 * 1000 * NS_PER_US) /* between two of them without a watchdog */

void service_open(struct service *service)
{
	uint64_t us = 0;

	*service = (struct service){ .period = STATUS_NS };
	if (sd_watchdog_enabled(0, &us) > 0 && us * NS_PER_US / 2 < STATUS_NS)
		service->period = us * NS_PER_US / 2;
}

void service_ready(void)
{
	sd_notify(0, "READY=1");
}

void service_reloading(void)
{
	sd_notify(0, "RELOADING=1");
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void service_alive(struct service *service, const struct hdrtap_counters *sum, __u64 now)
{
	const __u64 *count = sum->count;

	if (now - service->said < service->period)
		return;
	service->said = now;
	sd_notifyf(0,
		   "WATCHDOG=1\n"
		   "STATUS=%llu heads emitted, %llu lost",
		   count[HDRTAP_COUNTER_EMITTED],
		   count[HDRTAP_COUNTER_LOST_SPACE] + count[HDRTAP_COUNTER_LOST_RING] +
			   count[HDRTAP_COUNTER_LOST_OTHER]);
}
