/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What all companions are: a program that reads record logs or streams and does something with it,
 * for as long as there is more. A companion is a struct companion_tool and a main() that hands it
 * to companion_main(); everything that they have in common is done here: options, the user it
 * becomes, system calls, the loop, signals, the service manager, the accounts at the end.
 *
 *	companion_main()
 *	  options ─► check() ─► open() ─► becomes its user ─► opens the logs
 *	  ─► no more than the role's system calls ─► start()
 *	  ─► loop:  records ─► --where ─► the tool's sink
 *	            tick(), descriptors
 *	            SIGHUP ─► check(), reload()
 *	  ─► ended() ─► the sink is closed ─► close()
 *
 * There is one thread, the caller's, unless the tool makes others in start(); every verb is called
 * in it. No verb may block, but for open(), check() and close().
 */
#ifndef HDRTAP_TOOLS_LIB_COMPANION_H
#define HDRTAP_TOOLS_LIB_COMPANION_H

#include <stdbool.h>

#include "confine/confine_role.h"
#include "option/option_given.h"
#include "option/option_table.h"
#include "option/option_value.h"
#include "sink/sink.h"
#include "where/where.h"

#define COMPANION_DONE   0 /* exit status */
#define COMPANION_FAILED 1 /* at run time */
#define COMPANION_USAGE  2

#define COMPANION_TICK_NS 100000000ULL /* between two ticks, about */

/*
 * The options that all companions have; what is 0 was not given. A tool's own struct of options
 * begins with it. Texts belong to `given`.
 */
struct companion_options {
	struct options_given given;
	const char *file;        /* the configuration file that was read; NULL: none */
	const char *config;      /* --config */
	struct option_list read; /* -r: directories, segments, "-" */
	bool follow;             /* --follow */
	__u64 since, until;      /* --since, --until: UTC, ns */
	struct where *where;     /* --where, owned; applied in front of the tool's sink */
	__u64 timeout_ms;        /* --timeout: how long a request waits for its response */
	const char *user;        /* -Z */
	__u32 verbose;           /* how many -v, 3 at most */
	bool quiet;              /* -q: no accounts at the end */
	bool check_config;       /* --check-config */
	bool help;
	bool version;
};

/* Whether -r names standard input, a record stream. */
bool companion_reads_stream(const struct companion_options *options);

/*
 * The rows of these, for the parts of the tool's table (option_table.h), with the offset of the
 * struct companion_options (0). Two parts, so that the tool's own rows stand between or in front:
 * -r, --follow, --since, --until, --where, --timeout; and the rest, which comes last.
 */
extern const struct option_row companion_source_rows[];
extern const struct option_row companion_other_rows[];

struct companion; /* the loop; the tool's verbs get it */

/* From ended(): the loop goes on with ticks and descriptors, until a signal or companion_stop(). */
#define COMPANION_STAY 1

/*
 * Verbs return 0 or -errno (reported), which ends the companion, unless something else is said.
 * -EINVAL makes the exit status COMPANION_USAGE; -EPIPE, the reader of standard output went away,
 * COMPANION_DONE. `options` is the tool's struct; it stays valid until reload() returned with
 * another one, or until close(). NULL: the tool does not have that verb.
 */
struct companion_tool {
	const struct option_table *table;
	size_t options_size;    /* of the tool's struct of options */
	enum confine_role role; /* CONFINE_COMPANION, or what else it needs (confine_role.h) */
	bool own_source;        /* -r may be absent: open() calls companion_read() then */

	/* Fills a struct that is all zero, before options are read into it. NULL: nothing to do. */
	void (*defaults)(void *options);
	/*
	 * Whether the options fit together, and the files that they name (rules) are right; what it
	 * reads there it may keep in `options` (released by discard()). --check-config is this and
	 * no more. On SIGHUP with the new options. NULL: nothing to check.
	 */
	int (*check)(void *options);
	/* Releases what defaults() and check() keep in `options`; also after these failed. */
	void (*discard)(void *options);
	/*
	 * Opens whatever needs privileges or the old root of the process: ports, keys, a child
	 * process. `*context` is handed to all other verbs; it may be set when this fails, too:
	 * close() is called in any case. `*sink` is where records go; it belongs to the loop, which
	 * closes it before close(). Makes no thread.
	 */
	int (*open)(void **context, struct sink **sink, struct companion *companion,
		    const void *options);
	/* Everything is open and privileges are gone: threads may be made from here on, of which
	 * all signals must be blocked (they inherit that). */
	int (*start)(void *context);
	/* About every COMPANION_TICK_NS, also while records flow, after the sink's own tick.
	 * `now`: CLOCK_BOOTTIME, ns. */
	int (*tick)(void *context, __u64 now);
	/*
	 * SIGHUP: goes over to `options`, which check() has found right. -errno (reported): it goes
	 * on with the old ones, and does not end. Options that are not `live` may differ; what they
	 * say is not to be looked at. NULL: SIGHUP ends the companion as SIGTERM does.
	 */
	int (*reload)(void *context, const void *options);
	/*
	 * There are no more records, and what the sink held has not come yet: it will be closed
	 * next. Returns 0 to end, COMPANION_STAY to go on without records (the sink is closed then,
	 * which hands on what it held), or -errno. Not called after a signal to stop. NULL: 0.
	 */
	int (*ended)(void *context);
	/* Prints lines about the tool's own accounts to standard error (warn_line()), at the end
	 * without -q, and on SIGUSR1. NULL: it has none. */
	void (*account)(void *context);
	/* What the service manager shows (STATUS=), in one line without a line feed. NULL: records
	 * read. */
	void (*status)(void *context, char *text, size_t size);
	/* After the sink was closed. Ends threads, writes what has to be kept, frees. `context` is
	 * NULL when open() set none. Its error counts when there was none before. */
	int (*close)(void *context);
};

/* All of a companion: returns its exit status. */
int companion_main(const struct companion_tool *tool, int argc, char **argv);

/*
 * From open(): reads this record stream, too. A duplicate of `fd` is made; `name`, for messages,
 * has to stay. Returns 0 or -ENOMEM (reported).
 */
int companion_read(struct companion *companion, int fd, const char *name);

/* In a child process that open() made: becomes the user that the companion will be, with what that
 * role needs. Returns 0 or -errno (reported). */
int companion_become(const struct companion_options *options, enum confine_role role);

/* From verbs and descriptors' functions: the loop ends after this event, as after SIGTERM. */
void companion_stop(struct companion *companion);

/* Records wait, or not any more, until this is called with `false`; ticks and descriptors go on. */
void companion_hold(struct companion *companion, bool hold);

/*
 * `ready` is called whenever one of `events` (EPOLLIN, EPOLLOUT, ...: epoll_ctl(2),
 * level-triggered) is there at `fd`; it returns as verbs do. Again for the same `fd`: other events,
 * function or argument. Returns 0 or -errno (reported).
 */
typedef int (*companion_ready)(void *argument, int fd, __u32 events);
int companion_watch(struct companion *companion, int fd, __u32 events, companion_ready ready,
		    void *argument);
/* Before `fd` is closed. Nothing happens when it is not watched. */
void companion_unwatch(struct companion *companion, int fd);

/* What passed; counters are since the start. */
struct companion_counts {
	__u64 records;   /* that the logs handed on */
	__u64 excluded;  /* of them, not wanted by --where */
	__u64 lost;      /* that logs say were lost before they were written */
	__u64 notices;   /* places in logs that were damaged, torn or missing, and passed over */
	__u64 bytes;     /* of logs and streams */
	__u64 newest;    /* UTC, ns: the latest record's time; 0: none yet */
	__u64 complete;  /* UTC, ns: no record to come is older, but for those flagged LATE; 0: not
			    known */
	__u64 caught_up; /* CLOCK_BOOTTIME, ns: when there last was nothing more to read; 0: never
			  */
	__u64 reloads;   /* SIGHUPs, after which all was changed */
	__u64 refused;   /* SIGHUPs, after which something was wrong and nothing changed */
};
struct companion_counts companion_counts(const struct companion *companion);

#endif
