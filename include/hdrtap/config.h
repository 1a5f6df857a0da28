/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is chosen once, when the programs are loaded. In the kernel this is read-only data: the
 * verifier knows it, and code for what is switched off is not even part of the loaded program.
 */
#ifndef HDRTAP_CONFIG_H
#define HDRTAP_CONFIG_H

#include <hdrtap/record.h>

/* Defaults, and what user space accepts. */
#define HDRTAP_CONNECTIONS_DEFAULT 16384 /* connections remembered; power of two */
#define HDRTAP_CONNECTIONS_MIN     8
#define HDRTAP_CONNECTIONS_MAX     (1 << 22)
#define HDRTAP_WAYS                8    /* connections of a set */
#define HDRTAP_HEADS_DEFAULT       1024 /* heads in progress at one time; power of two */
#define HDRTAP_EARLY_DEFAULT       256  /* segments held until earlier ones come; power of two */
#define HDRTAP_IDLE_NS             10000000000ULL /* how long heads and early segments wait */
#define HDRTAP_VXLAN_PORT          4789           /* RFC 7348 section 8 */
#define HDRTAP_GENEVE_PORT         6081           /* RFC 8926 section 3.3 */
#define HDRTAP_GTP_PORT            2152           /* 3GPP TS 29.281 section 4.4.2.3 */
#define HDRTAP_TUNNELS_DEFAULT \
	(1u << HDRTAP_TUNNEL_VXLAN | 1u << HDRTAP_TUNNEL_GRE | 1u << HDRTAP_TUNNEL_ERSPAN)
#define HDRTAP_TUNNELS_ALL (((1u << HDRTAP_TUNNEL_MAX) - 1) & ~(1u << HDRTAP_TUNNEL_NONE))

/* X(symbol, text): kinds of rare headers between Ethernet and IP (link.h). */
#define HDRTAP_LINKS(X)   \
	X(NONE, "none")   \
	X(TAGS, "tags")   \
	X(MPLS, "mpls")   \
	X(PPPOE, "pppoe") \
	X(LLC, "llc")

#define HDRTAP_X_LINK(s, ...) HDRTAP_LINK_##s,
enum hdrtap_link {
	HDRTAP_LINKS(HDRTAP_X_LINK) HDRTAP_LINK_MAX
};
#define HDRTAP_LINKS_DEFAULT (((1u << HDRTAP_LINK_MAX) - 1) & ~(1u << HDRTAP_LINK_NONE))

/*
 * What follows from the size of records. A head's values have more room while it is read than its
 * record has: see values.h. The last two are one less than a power of two.
 */
struct hdrtap_sizes {
	__u32 record;    /* bytes of a record, as in record.h */
	__u32 copied;    /* blocks of HDRTAP_BLOCK bytes that one piece of a value has at most */
	__u32 work_mask; /* of indices of bytes in the values of a head that is being read */
	__u32 copy_mask; /* of indices of bytes in the window, with a value copied behind it */
};

struct hdrtap_config {
	__u64 seed;        /* of the connection hash, so that nobody can aim at a set */
	__u32 sets;        /* of the flow table, HDRTAP_WAYS connections each; power of two */
	__u32 heads;       /* slots for heads in progress; power of two */
	__u32 early;       /* slots for early segments; power of two */
	__u16 tunnels;     /* bit per enum hdrtap_tunnel that is decoded */
	__u16 vxlan_port;  /* UDP destination port, host order */
	__u16 geneve_port; /* likewise */
	__u8 links;        /* bit per enum hdrtap_link that is passed */
	__u8 unused;
	struct hdrtap_sizes size; /* set by hdrtap_config_size() */
};

#define HDRTAP_WORK_MASK_DEFAULT 2047
#define HDRTAP_SIZES_DEFAULT                                                   \
	{                                                                      \
		HDRTAP_RECORD_SIZE_DEFAULT, 12, HDRTAP_WORK_MASK_DEFAULT, 2047 \
	}

/* Initialiser of a struct hdrtap_config. */
#define HDRTAP_CONFIG_DEFAULT                                                                    \
	{                                                                                        \
		.sets = HDRTAP_CONNECTIONS_DEFAULT / HDRTAP_WAYS, .heads = HDRTAP_HEADS_DEFAULT, \
		.early = HDRTAP_EARLY_DEFAULT, .tunnels = HDRTAP_TUNNELS_DEFAULT,                \
		.vxlan_port = HDRTAP_VXLAN_PORT, .geneve_port = HDRTAP_GENEVE_PORT,              \
		.links = HDRTAP_LINKS_DEFAULT, .size = HDRTAP_SIZES_DEFAULT                      \
	}

#endif
