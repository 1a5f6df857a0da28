/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Notices that packets pass an interface and none reaches programs that are behind others (--order
 * last): one in front ends the chain with its verdict. Such a capture looks alive and sees nothing.
 */
#ifndef HDRTAP_USER_UNREACHED_H
#define HDRTAP_USER_UNREACHED_H

struct live_interfaces;

/* To be called about once a second. */
void unreached_look(struct live_interfaces *interfaces);

#endif
