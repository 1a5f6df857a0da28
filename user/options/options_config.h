/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The options that the programs are loaded with.
 */
#ifndef HDRTAP_USER_OPTIONS_CONFIG_H
#define HDRTAP_USER_OPTIONS_CONFIG_H

#include <stdbool.h>

#include <hdrtap/config.h>
#include <hdrtap/settings.h>

#include "option/option_row.h"

/* Of type option_parse; the field is a struct hdrtap_config. */
int config_parse_tunnels(const struct option_row *row, void *field, const char *argument);
int config_parse_links(const struct option_row *row, void *field, const char *argument);
int config_parse_record_size(const struct option_row *row, void *field, const char *argument);
int config_parse_vxlan_port(const struct option_row *row, void *field, const char *argument);
int config_parse_connections(const struct option_row *row, void *field, const char *argument);

/* Of type option_parse; the field is a struct hdrtap_ports. */
int config_parse_ports(const struct option_row *row, void *field, const char *argument);

#define CONFIG_TUNNELS_UNSET 0xffff /* `tunnels`, before any are given */

/* When no tunnels were given: live those that hosts often terminate themselves are left out. */
void config_choose_tunnels(struct hdrtap_config *config, bool live);

/* Forgets the port of VXLAN when that is not decoded. */
void config_leave_port_out(struct hdrtap_config *config);

/* Returns 0, or -EINVAL (reported with `place`, as of given_place()) when the options contradict
 * each other. */
int config_check(const struct hdrtap_config *config, const char *place);

/* When all is read: pools take no more memory with larger records, they have fewer places. */
void config_fit(struct hdrtap_config *config);

#endif
