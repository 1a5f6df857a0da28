/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Byte layout of the record log and of the record stream; FORMAT.md explains it. All numbers are
 * little-endian.
 *
 * A segment is a row of blocks, a segment head and then others, batches mostly. Every block begins
 * with a struct log_block and ends with an XXH3-64 checksum of all bytes before it; its head has a
 * checksum of its own, so that a reader may step from head to head without reading what is between.
 * Magic and run id together are what a reader looks for behind damage: the run id is random, so
 * nobody who merely sends HTTP headers can put something into a batch that would be taken for a
 * block.
 */
#ifndef HDRTAP_USER_LOG_FORMAT_H
#define HDRTAP_USER_LOG_FORMAT_H

#include <hdrtap/record.h>

#define LOG_FORMAT 2 /* raised when the layout below changes */
#define LOG_SUFFIX ".hdl"

#define LOG_MAGIC_SIZE 8
#define LOG_MAGIC      "\x89hdrtap\n"

#define LOG_BLOCK_ALIGN 8         /* every block's length is a multiple of this */
#define LOG_BLOCK_MAX   (4 << 20) /* bytes, longest block */
#define LOG_RAW_MAX     (4 << 20) /* bytes of all records of a batch */
#define LOG_RECORD_MAX  65536     /* bytes of a record */
#define LOG_CPU_MAX     65536     /* CPUs are numbered below this */
#define LOG_ID_SIZE     24        /* magic and run id */
#define LOG_FILTER_MAX  2048      /* bytes of a batch's filter over hosts */
#define LOG_INDEX_MAX   (1 << 20) /* bytes of an index block; what is more gets another one */

/* The oldest schema whose readers understand as much of our records as they know of. */
#define LOG_SCHEMA_COMPATIBLE 2

/*
 * A reader that does not know a block's kind steps over it when the kind has this bit, and stops
 * with an error otherwise. Neither is damage.
 */
#define LOG_KIND_OPTIONAL 0x8000

enum log_kind {
	LOG_KIND_SEGMENT = 1,                   /* segment head */
	LOG_KIND_BATCH = 2,                     /* records and losses */
	LOG_KIND_INDEX = LOG_KIND_OPTIONAL | 3, /* where the batches before it are */
	LOG_KIND_NAMES = LOG_KIND_OPTIONAL | 4, /* reserved: of services */
	LOG_KIND_DICTIONARY = 5,                /* reserved: for the bodies behind it */
	LOG_KIND_SEAL = LOG_KIND_OPTIONAL | 6,  /* reserved: tamper evidence */
	LOG_KIND_ENCRYPTION = 7,                /* reserved: keys of the bodies behind it */
	LOG_KIND_NOTE = LOG_KIND_OPTIONAL | 8,  /* reserved: what was done to the log */
};

struct log_block {
	__u8 magic[LOG_MAGIC_SIZE];
	__u8 run_id[16];
	__u32 segment;     /* number of the segment in its run, from 0 */
	__u32 length;      /* bytes of the block, this structure and the checksum included */
	__u16 kind;        /* enum log_kind */
	__u16 head_length; /* bytes of the block's head, this structure included: where the rest
			      begins; a multiple of LOG_BLOCK_ALIGN. Its last 8 bytes are an XXH3-64
			      checksum of those before */
	__u32 unused;      /* 0 */
};

/* First block: struct log_segment_head, slot table, zeros to align, checksum. */
struct log_segment_head {
	struct log_block block;
	__u16 format;            /* LOG_FORMAT */
	__u16 unused;            /* 0 */
	__u32 schema;            /* HDRTAP_SCHEMA of the records */
	__u32 schema_compatible; /* readers of this schema or a later one may read the records */
	__u32 record_size;       /* bytes, a multiple of 8 */
	__u64 created;           /* UTC, ns since the epoch */
	__u64 key_id;            /* of the key behind hashed values, 0: none */
	__u32 slot_count;        /* 2 to 255 */
	__u32 slot_size;         /* bytes of one entry of the slot table */
	char host[72];           /* texts end with a zero byte and are filled up with zeros */
	char boot_id[40];
	__u64 head_checksum;
};

/* Entry n of the slot table says what slot n of the records means. */
struct log_slot {
	char name[48];
	__u16 max; /* bytes of the record reserved for it */
	__u8 mode; /* enum hdrtap_mode */
	__u8 active;
	__u32 chosen; /* bit n: chosen for records whose element_set is n modulo 32 */
};

/* How a body is stored: bits. */
enum log_codec {
	LOG_CODEC_NONE = 0,
	LOG_CODEC_ZSTD = 1,    /* one frame */
	LOG_CODEC_CHANGES = 2, /* what is new in each record, log_changes.h */
	LOG_CODEC_ALL = LOG_CODEC_ZSTD | LOG_CODEC_CHANGES
};

/*
 * A batch: struct log_batch_head, the filter over hosts, the head's checksum; losses, names of
 * interfaces, body, zeros to align, checksum. Everything that a reader needs to know whether the
 * batch is for it stands in its head; nothing that it needs to read it stands in another batch.
 */
struct log_batch_head {
	struct log_block block;
	__u64 time_first;     /* lowest and highest time of the records, by their own clock; 0 */
	__u64 time_last;      /* and 0 without records */
	__u64 complete_until; /* by the same clock: no later record of this run is older, but for
				 those flagged LATE; 0: not known */
	__s64 utc_offset;     /* ns to add to a record's time to get UTC, measured at sealing. Holds
				 for complete_until, too */
	__u64 number;         /* records in the batches before this one, from segment 0 on */
	__u32 record_count;   /* 0: the batch only tells of losses, or of the time */
	__u32 loss_count;     /* entries of the loss table */
	__u32 codec;          /* enum log_codec */
	__u32 body_length;    /* bytes of the body as stored */
	__u32 raw_length;     /* bytes of record_count records */
	__u16 kinds;          /* bit n: there are records of kind n (enum hdrtap_kind); bit 15: of
				 15 or more */
	__u16 statuses;       /* bit n: there are responses with a status of n00 to n99; bit 15: of
				 1500 or more */
	__u16 filter_offset;  /* from the block's beginning */
	__u16 filter_length;  /* bytes, a power of two, 8 to LOG_FILTER_MAX; 0: any host may be
				 there */
	__u32 interface_count; /* entries of the table of interfaces */
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

/* What an interface of the batch's records is called, in ascending order of `ifindex`. */
struct log_interface {
	__u32 ifindex;
	char name[16]; /* not empty; ends with a zero byte and is filled up with zeros */
};

/*
 * An index: struct log_index_head; for each batch since the index before it a struct
 * log_index_entry and the bytes of the batch's head between struct log_block and the checksum,
 * zeros to align; zeros, then struct log_index_tail; checksum. A segment that was ended properly
 * ends with one, so a reader finds the last one from the file's end, and the others from that.
 */
struct log_index_head {
	struct log_block block;
	__u64 previous; /* offset in the file of the index before this one, 0: none */
	__u32 count;    /* entries */
	__u32 unused;   /* 0 */
	__u64 head_checksum;
};

struct log_index_entry {
	__u64 offset; /* of the batch in the file */
	__u32 length; /* of the batch's block */
	__u32 size;   /* bytes of the batch's head that follow */
};

struct log_index_tail {
	__u32 length; /* of the index block */
	__u32 unused; /* 0 */
};

#define LOG_AT(type, member, offset) \
	_Static_assert(__builtin_offsetof(struct type, member) == (offset), #member)
LOG_AT(log_block, magic, 0);
LOG_AT(log_block, run_id, 8);
LOG_AT(log_block, segment, 24);
LOG_AT(log_block, length, 28);
LOG_AT(log_block, kind, 32);
LOG_AT(log_block, head_length, 34);
LOG_AT(log_block, unused, 36);
LOG_AT(log_segment_head, block, 0);
LOG_AT(log_segment_head, format, 40);
LOG_AT(log_segment_head, unused, 42);
LOG_AT(log_segment_head, schema, 44);
LOG_AT(log_segment_head, schema_compatible, 48);
LOG_AT(log_segment_head, record_size, 52);
LOG_AT(log_segment_head, created, 56);
LOG_AT(log_segment_head, key_id, 64);
LOG_AT(log_segment_head, slot_count, 72);
LOG_AT(log_segment_head, slot_size, 76);
LOG_AT(log_segment_head, host, 80);
LOG_AT(log_segment_head, boot_id, 152);
LOG_AT(log_segment_head, head_checksum, 192);
LOG_AT(log_slot, name, 0);
LOG_AT(log_slot, max, 48);
LOG_AT(log_slot, mode, 50);
LOG_AT(log_slot, active, 51);
LOG_AT(log_slot, chosen, 52);
LOG_AT(log_batch_head, block, 0);
LOG_AT(log_batch_head, time_first, 40);
LOG_AT(log_batch_head, time_last, 48);
LOG_AT(log_batch_head, complete_until, 56);
LOG_AT(log_batch_head, utc_offset, 64);
LOG_AT(log_batch_head, number, 72);
LOG_AT(log_batch_head, record_count, 80);
LOG_AT(log_batch_head, loss_count, 84);
LOG_AT(log_batch_head, codec, 88);
LOG_AT(log_batch_head, body_length, 92);
LOG_AT(log_batch_head, raw_length, 96);
LOG_AT(log_batch_head, kinds, 100);
LOG_AT(log_batch_head, statuses, 102);
LOG_AT(log_batch_head, filter_offset, 104);
LOG_AT(log_batch_head, filter_length, 106);
LOG_AT(log_batch_head, interface_count, 108);
LOG_AT(log_loss, cpu, 0);
LOG_AT(log_loss, cause, 4);
LOG_AT(log_loss, count, 8);
LOG_AT(log_interface, ifindex, 0);
LOG_AT(log_interface, name, 4);
LOG_AT(log_index_head, block, 0);
LOG_AT(log_index_head, previous, 40);
LOG_AT(log_index_head, count, 48);
LOG_AT(log_index_head, unused, 52);
LOG_AT(log_index_head, head_checksum, 56);
LOG_AT(log_index_entry, offset, 0);
LOG_AT(log_index_entry, length, 8);
LOG_AT(log_index_entry, size, 12);
LOG_AT(log_index_tail, length, 0);
LOG_AT(log_index_tail, unused, 4);
_Static_assert(sizeof(struct log_block) == 40, "block");
_Static_assert(sizeof(struct log_segment_head) == 200, "segment head");
_Static_assert(sizeof(struct log_slot) == 56, "slot");
_Static_assert(sizeof(struct log_batch_head) == 112, "batch head");
_Static_assert(sizeof(struct log_loss) == 16, "loss");
_Static_assert(sizeof(struct log_interface) == 20, "interface");
_Static_assert(sizeof(struct log_index_head) == 64, "index head");
_Static_assert(sizeof(struct log_index_entry) == 16, "index entry");
_Static_assert(sizeof(struct log_index_tail) == 8, "index tail");
#undef LOG_AT

#endif
