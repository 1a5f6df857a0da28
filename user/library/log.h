/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libhdrtap's handle; <hdrtap/log.h> is its interface.
 */
#ifndef HDRTAP_USER_LIBRARY_LOG_H
#define HDRTAP_USER_LIBRARY_LOG_H

#include "library/record.h"

struct hdrtap_log {
	struct log_merge *merge;
	struct log_source_options options; /* of the next source */
	unsigned int sources;
	struct hdrtap_rec rec;
	int event; /* the last one */
	struct message error;
};

#endif
