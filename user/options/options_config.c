/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Lists are read item by item from a copy of the argument, and an empty item is an error, as it is
 * more likely a slip than meant.
 */
#include "options/options_config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <hdrtap/state/sizes.h>

#include "base/error.h"
#include "base/numbers.h"

#define PORT_MAX 65535

/* Takes one item of a list. Returns false when it means nothing. */
typedef bool (*take_item)(void *field, const char *item);

/* Every item of a list with commas. `known` says what an item may be. */
static int take_list(const struct option_row *row, void *field, const char *argument,
		     take_item take, const char *known)
{
	char *copy = strdup(argument), *rest = copy, *item;
	int err = 0;

	if (!copy)
		return fail(ENOMEM, "option %s: out of memory; free some memory", row->option);
	while (!err && (item = strsep(&rest, ",")))
		if (!take(field, item))
			err = fail(EINVAL, "option %s: '%s' in '%s' is not valid; use %s",
				   row->option, item, argument, known);
	free(copy);
	return err;
}

#define X_TEXT(s, text) text,
static const char *const tunnel_names[] = { HDRTAP_TUNNELS(X_TEXT) };
static const char *const link_names[] = { HDRTAP_LINKS(X_TEXT) };

/* The bit of the kind with that name; of the first, "none", no bit. Returns -1: there is none. */
static int kind_bit(const char *const *names, int count, const char *name)
{
	for (int kind = 0; kind < count; kind++)
		if (!strcmp(names[kind], name))
			return kind ? 1 << kind : 0;
	return -1;
}

static bool take_tunnel(void *field, const char *item)
{
	struct hdrtap_config *config = field;
	int bit = kind_bit(tunnel_names, HDRTAP_TUNNEL_MAX, item);

	config->tunnels |= bit < 0 ? 0 : bit;
	return bit >= 0;
}

static bool take_link(void *field, const char *item)
{
	struct hdrtap_config *config = field;
	int bit = kind_bit(link_names, HDRTAP_LINK_MAX, item);

	config->links |= bit < 0 ? 0 : bit;
	return bit >= 0;
}

int config_parse_tunnels(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_config *config = field;

	config->tunnels = 0;
	return take_list(row, config, argument, take_tunnel,
			 "vxlan, gre, ipip, 6in4, geneve, erspan, gtp or none");
}

int config_parse_links(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_config *config = field;

	config->links = 0;
	return take_list(row, config, argument, take_link, "tags, mpls, pppoe, llc or none");
}

void config_choose_tunnels(struct hdrtap_config *config, bool live)
{
	if (config->tunnels != CONFIG_TUNNELS_UNSET)
		return;
	config->tunnels = live ? HDRTAP_TUNNELS_DEFAULT : HDRTAP_TUNNELS_ALL;
	if (config->vxlan_port == config->geneve_port)
		config->tunnels &= ~(1u << HDRTAP_TUNNEL_GENEVE);
}

static bool port_parse(const char *text, __u16 *port)
{
	__u64 number;

	if (!number_parse(text, &number) || !number || number > PORT_MAX)
		return false;
	*port = number;
	return true;
}

int config_parse_vxlan_port(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_config *config = field;

	if (port_parse(argument, &config->vxlan_port))
		return 0;
	return fail(EINVAL, "option %s: '%s' is not a port; give a number from 1 to %d",
		    row->option, argument, PORT_MAX);
}

int config_parse_record_size(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_config *config = field;
	__u64 size;

	if (!number_parse(argument, &size) || size < HDRTAP_RECORD_SIZE_DEFAULT ||
	    size > HDRTAP_RECORD_SIZE_MAX || size % HDRTAP_RECORD_SIZE_STEP)
		return fail(EINVAL,
			    "option %s: '%s' is not a size of records; give a multiple of %d from "
			    "%d to %d",
			    row->option, argument, HDRTAP_RECORD_SIZE_STEP,
			    HDRTAP_RECORD_SIZE_DEFAULT, HDRTAP_RECORD_SIZE_MAX);
	config->size = hdrtap_sizes_of(size);
	return 0;
}

/* "80" or "8000-8100". */
static bool take_ports(void *field, const char *item)
{
	struct hdrtap_ports *ports = field;
	char first_text[sizeof("65535")] = "";
	size_t size = strcspn(item, "-");
	__u16 first, last;
	__u32 port;

	if (size >= sizeof(first_text))
		return false;
	memcpy(first_text, item, size);
	if (!port_parse(first_text, &first))
		return false;
	last = first;
	if (item[size] && (!port_parse(item + size + 1, &last) || last < first))
		return false;
	for (port = first; port <= last; port++)
		ports->bit[port >> 3] |= 1u << (port & 7);
	return true;
}

int config_parse_ports(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_ports *ports = field;

	ports->chosen = 1;
	return take_list(row, ports, argument, take_ports,
			 "ports from 1 to 65535, as in 80,8000-8100");
}

/* Pools grow with the flow table, to sixteen times their default: places in them are needed for
 * moments. */
static void size_tables(struct hdrtap_config *config, __u32 connections)
{
	__u32 times = connections / HDRTAP_CONNECTIONS_DEFAULT;

	times = times < 1 ? 1 : times > 16 ? 16 : times;
	config->sets = connections / HDRTAP_WAYS;
	config->heads = HDRTAP_HEADS_DEFAULT * times;
	config->early = HDRTAP_EARLY_DEFAULT * times;
}

int config_parse_connections(const struct option_row *row, void *field, const char *argument)
{
	struct hdrtap_config *config = field;
	__u64 asked, taken = HDRTAP_CONNECTIONS_MIN;

	if (!number_parse(argument, &asked) || asked < HDRTAP_CONNECTIONS_MIN ||
	    asked > HDRTAP_CONNECTIONS_MAX)
		return fail(EINVAL, "option %s: '%s' is out of range; give a number from %d to %d",
			    row->option, argument, HDRTAP_CONNECTIONS_MIN, HDRTAP_CONNECTIONS_MAX);
	while (taken < asked)
		taken *= 2;
	if (taken != asked)
		warn_line("option %s: %llu is not a power of two; using %llu; give "
			  "that number to avoid this message",
			  row->option, asked, taken);
	size_tables(config, taken);
	return 0;
}

static bool tunnel_on(const struct hdrtap_config *config, enum hdrtap_tunnel kind)
{
	return config->tunnels >> kind & 1;
}

void config_leave_port_out(struct hdrtap_config *config)
{
	if (!tunnel_on(config, HDRTAP_TUNNEL_VXLAN))
		config->vxlan_port = HDRTAP_VXLAN_PORT;
}

int config_check(const struct hdrtap_config *config, const char *place)
{
	if (config->vxlan_port != HDRTAP_VXLAN_PORT && !tunnel_on(config, HDRTAP_TUNNEL_VXLAN))
		return fail(EINVAL,
			    "option --vxlan-port%s: VXLAN is not decoded; add vxlan to --tunnels",
			    place);
	if (config->vxlan_port == config->geneve_port && tunnel_on(config, HDRTAP_TUNNEL_GENEVE))
		return fail(EINVAL,
			    "option --vxlan-port%s: %u is Geneve's port; remove geneve "
			    "from --tunnels",
			    place, config->vxlan_port);
	return 0;
}

void config_fit(struct hdrtap_config *config)
{
	config->heads = hdrtap_heads_of(config->heads, &config->size);
}
