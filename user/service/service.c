/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * That a service manager does not listen is its business, not the capture's: nothing fails here.
 */
#include "service/service.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#define NS_PER_US  1000ULL
#define STATUS_NS  (5 * 1000 * 1000 * NS_PER_US) /* between two of them without a watchdog */
#define STATUS_MAX 256                           /* bytes */

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

bool service_due(struct service *service, __u64 now)
{
	if (now - service->said < service->period)
		return false;
	service->said = now;
	return true;
}

void service_alive(const char *status, ...)
{
	char text[STATUS_MAX];
	va_list args;

	va_start(args, status);
	vsnprintf(text, sizeof(text), status, args);
	va_end(args);
	sd_notifyf(0,
		   "WATCHDOG=1\n"
		   "STATUS=%s",
		   text);
}
