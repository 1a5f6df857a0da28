/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Byte layout of the record log and of the record stream; FORMAT.md explains it. All numbers are
 * little-endian.
 *
 * A segment is a row of blocks, a segment head and then batches. Every block begins with a struct
 * log_block and ends with an XXH3-64 checksum of all bytes before it. Magic and run id together are
 * what a reader looks for behind damage: the run id is random, so nobody who merely sends HTTP
 * headers can put something into a batch that would be taken for a block.
 */
#ifndef HDRTAP_USER_LOG_FORMAT_H
#define HDRTAP_USER_LOG_FORMAT_H

#include <hdrtap/record.h>

#define LOG_FORMAT 1 /* raised when the layout below changes */
#define LOG_SUFFIX ".hdl"

#define LOG_MAGIC_SIZE    8
#define LOG_MAGIC_SEGMENT "\x89hdrtapS"
#define LOG_MAGIC_BATCH   "\x89hdrtapB"

#define LOG_BLOCK_ALIGN    8         /* every block's length is a multiple of this */
#define LOG_BLOCK_MAX      (4 << 20) /* bytes, longest block */
#define LOG_RAW_MAX        (4 << 20) /* bytes of all records of a batch */
#define LOG_RECORD_MAX     65536     /* bytes of a record */
#define LOG_CPU_MAX        65536     /* CPUs are numbered below this */
#define LOG_ID_SIZE        24        /* magic and run id */
#define LOG_INTERFACES_MAX 16384     /* in one segment head */

/* The oldest schema whose readers understand as much of our records as they know of. */
#define LOG_SCHEMA_COMPATIBLE 2

struct log_block {
	__u8 magic[LOG_MAGIC_SIZE];
	__u8 run_id[16];
	__u32 segment; /* number of the segment in its run, from 0 */
	__u32 length;  /* bytes of the block, this structure and the checksum included */
};

/* First block: struct log_segment_head, slot table, interface table, zeros to align, checksum. */
struct log_segment_head {
	struct log_block block;
	__u16 format;            /* LOG_FORMAT */
	__u16 head_length;       /* bytes of this structure: where the slot table begins */
	__u32 schema;            /* HDRTAP_SCHEMA of the records */
	__u32 schema_compatible; /* readers of this schema or a later one may read the records */
	__u32 record_size;       /* bytes, a multiple of 8 */
	__u64 created;           /* UTC, ns since the epoch */
	__u64 key_id;            /* of the key behind hashed values, 0: none */
	__u32 slot_count;        /* 2 to 255 */
	__u32 slot_size;         /* bytes of one entry of the slot table */
	__u32 interface_count;
	__u32 interface_size; /* bytes of one entry of the interface table */
	char host[72];        /* texts end with a zero byte and are filled up with zeros */
	char boot_id[40];
};

/* Entry n of the slot table says what slot n of the records means. */
struct log_slot {
	char name[48];
	__u16 max; /* bytes of the record reserved for it */
	__u8 mode; /* enum hdrtap_mode */
	__u8 active;
	__u32 chosen; /* bit n: chosen for records whose element_set is n modulo 32 */
};

struct log_interface {
	__u32 ifindex;
	__u32 unused;
	char name[16];
};

/* How a body is stored: bits. */
enum log_codec {
	LOG_CODEC_NONE = 0,
	LOG_CODEC_ZSTD = 1,    /* one frame */
	LOG_CODEC_CHANGES = 2, /* what is new in each record, log_changes.h */
	LOG_CODEC_ALL = LOG_CODEC_ZSTD | LOG_CODEC_CHANGES
};

/* Other blocks: struct log_batch_head, losses, body, zeros to align, checksum. */
struct log_batch_head {
	struct log_block block;
	__u64 time_first;   /* lowest and highest time of the records, by their own clock; 0 without
			     */
	__u64 time_last;    /* records */
	__s64 utc_offset;   /* ns to add to a record's time to get UTC, measured at sealing */
	__u32 record_count; /* 0: the batch only tells of losses */
	__u32 loss_count;   /* entries of the loss table */
	__u32 codec;        /* enum log_codec */
	__u32 body_length;  /* bytes of the body as stored */
	__u32 raw_length;   /* bytes of record_count records */
	__u32 head_length;  /* bytes of this structure: where the loss table begins */
};

enum log_loss_cause {
	LOG_LOSS_BEFORE,  /* never reached the writer */
	LOG_LOSS_STORAGE, /* the writer had no room left */
	LOG_LOSS_MAX
};

/* Records lost since the batch before. */
struct log_loss {
	__u32 cpu;
	__u32 cause; /* enum log_loss_cause */
	__u64 count;
};

#define LOG_AT(type, member, offset) \
	_Static_assert(__builtin_offsetof(struct type, member) == (offset), #member)
LOG_AT(log_block, magic, 0);
LOG_AT(log_block, run_id, 8);
LOG_AT(log_block, segment, 24);
LOG_AT(log_block, length, 28);
LOG_AT(log_segment_head, block, 0);
LOG_AT(log_segment_head, format, 32);
LOG_AT(log_segment_head, head_length, 34);
LOG_AT(log_segment_head, schema, 36);
LOG_AT(log_segment_head, schema_compatible, 40);
LOG_AT(log_segment_head, record_size, 44);
LOG_AT(log_segment_head, created, 48);
LOG_AT(log_segment_head, key_id, 56);
LOG_AT(log_segment_head, slot_count, 64);
LOG_AT(log_segment_head, slot_size, 68);
LOG_AT(log_segment_head, interface_count, 72);
LOG_AT(log_segment_head, interface_size, 76);
LOG_AT(log_segment_head, host, 80);
LOG_AT(log_segment_head, boot_id, 152);
LOG_AT(log_slot, name, 0);
LOG_AT(log_slot, max, 48);
LOG_AT(log_slot, mode, 50);
LOG_AT(log_slot, active, 51);
LOG_AT(log_slot, chosen, 52);
LOG_AT(log_interface, ifindex, 0);
LOG_AT(log_interface, unused, 4);
LOG_AT(log_interface, name, 8);
LOG_AT(log_batch_head, block, 0);
LOG_AT(log_batch_head, time_first, 32);
LOG_AT(log_batch_head, time_last, 40);
LOG_AT(log_batch_head, utc_offset, 48);
LOG_AT(log_batch_head, record_count, 56);
LOG_AT(log_batch_head, loss_count, 60);
LOG_AT(log_batch_head, codec, 64);
LOG_AT(log_batch_head, body_length, 68);
LOG_AT(log_batch_head, raw_length, 72);
LOG_AT(log_batch_head, head_length, 76);
LOG_AT(log_loss, cpu, 0);
LOG_AT(log_loss, cause, 4);
LOG_AT(log_loss, count, 8);
_Static_assert(sizeof(struct log_block) == 32, "block");
_Static_assert(sizeof(struct log_segment_head) == 192, "segment head");
_Static_assert(sizeof(struct log_slot) == 56, "slot");
_Static_assert(sizeof(struct log_interface) == 24, "interface");
_Static_assert(sizeof(struct log_batch_head) == 80, "batch head");
_Static_assert(sizeof(struct log_loss) == 16, "loss");
#undef LOG_AT

#endif
