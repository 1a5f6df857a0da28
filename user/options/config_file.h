/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The configuration file: YAML, one mapping whose keys are options (hdrtap.yaml(5)).
 */
#ifndef HDRTAP_USER_CONFIG_FILE_H
#define HDRTAP_USER_CONFIG_FILE_H

#include "options/options_given.h"

/*
 * Adds the options that the file has, each with its place there. Returns 0 or -errno (reported: no
 * such file, no YAML, an unknown key, a value of the wrong type). What the values are is not looked
 * at.
 */
int config_file_read(struct options_given *to, const char *path);

#endif
