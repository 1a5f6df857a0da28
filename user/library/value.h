/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a record has of header elements: method, target and values. <hdrtap/log.h> declares the
 * accessors.
 */
#ifndef HDRTAP_USER_LIBRARY_VALUE_H
#define HDRTAP_USER_LIBRARY_VALUE_H

#include "library/record.h"

#endif
