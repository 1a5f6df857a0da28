/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a service manager is told (sd_notify(3)). Without one nothing happens.
 */
#ifndef HDRTAP_USER_SERVICE_H
#define HDRTAP_USER_SERVICE_H

#include <hdrtap/counters.h>
#include <hdrtap/types.h>

struct service {
	__u64 period; /* ns between two signs of life */
	__u64 said;   /* ns, CLOCK_BOOTTIME: when the last was given */
};

/* Reads how often the service manager's watchdog wants to hear of us. */
void service_open(struct service *service);

void service_ready(void);
void service_reloading(void); /* until service_ready() */
void service_stopping(void);

/* To be called more often than signs of life are due: gives one when it is time for it. */
void service_alive(struct service *service, const struct hdrtap_counters *sum, __u64 now);

#endif
