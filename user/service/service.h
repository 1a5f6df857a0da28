/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a service manager is told (sd_notify(3)). Without one nothing happens.
 */
#ifndef HDRTAP_USER_SERVICE_H
#define HDRTAP_USER_SERVICE_H

#include <stdbool.h>

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

/* Whether it is time for a sign of life, which service_alive() then gives. `now`: CLOCK_BOOTTIME,
 * ns. To be asked more often than they are due. */
bool service_due(struct service *service, __u64 now);

/* A sign of life, with what is shown as the service's status: one line. */
void service_alive(const char *status, ...) __attribute__((format(printf, 1, 2)));

#endif
