/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Names of APIs: method, host and path template of a request, "GET shop.example.com/users/{id}".
 *
 * Templates come from documents (a list, OpenAPI). What none of them has gets a name by rule: parts
 * of the path that look like values become {n}, {uuid} and so on (api_rule.h). A name depends on
 * the request and the documents alone, not on what came before, so a log read tomorrow has the
 * names that the stream had; how many names are kept is up to whoever counts them (usage_table.h).
 *
 * What a request is called by:
 *
 *	method  the token, case-sensitive (RFC 9110 section 9.1), if it is one that the records know
 *	        or that a document has; otherwise `_OTHER`
 *	host    of view_server(): without a port, in lower case (RFC 3986 section 3.2.2), without a
 *	        dot at its end; `-` where there is none or not all of it, {host} where it is no host
 *	        name or address, or longer than API_HOST_MAX
 *	path    case-sensitive, without query and fragment, and of every segment without what stands
 *	        behind ';'. Escaped letters, digits, '-', '.', '_' and '~' are unescaped, other
 *	        escapes get large letters (RFC 3986 section 6.2.2): %2F is not '/'. "." and ".." are
 *	        removed as section 5.2.4 has it; empty segments stay, and so does a '/' at the end. An
 *	        empty path of the absolute form is "/" (RFC 9110 section 4.2.3)
 *
 * Where there is no path, the name has a word in its place, with a space in front: `*` of OPTIONS
 * (asterisk form), nothing of CONNECT (authority form), `undocumented`, and `unknown` where no
 * target was kept.
 *
 * Redaction touches queries and userinfo only, so names do not depend on it. Where the end of a
 * target was cut off inside the path, the last segment, of which more may have followed, and what
 * stood behind it are {cut}; no document is asked then.
 */
#ifndef HDRTAP_USER_API_NAMES_H
#define HDRTAP_USER_API_NAMES_H

#include <stdbool.h>

#include "api/api_limits.h"
#include "base/message.h"
#include "view/view.h"

/* X(symbol, text): where a name is from. */
#define API_SOURCES(X)                                                            \
	X(RULE, "rule")                 /* of no document; the host is in none */ \
	X(DOCUMENT, "document")         /* a template of a document */            \
	X(UNDOCUMENTED, "undocumented") /* the host is in a document, this call is not */

#define API_X_SOURCE(s, ...) API_##s,
enum api_source {
	API_SOURCES(API_X_SOURCE) API_SOURCE_MAX
};
#undef API_X_SOURCE

/* Text without a zero byte at its end: METHOD, a space, HOST, PATH. Of the bytes from the wire it
 * has only printable ASCII without quotes, backslashes, '<', '>' and '&'; templates of documents
 * may have UTF-8. */
struct api_name {
	enum api_source source;
	__u16 size;                             /* of all */
	__u16 method_size;                      /* from the beginning */
	__u16 host_size;                        /* behind the space */
	__u16 path_size;                        /* behind the host */
	char text[API_NAME_MAX + API_RULE_MAX]; /* the end is not in use */
};

/* The parts of a name, not ended by a zero byte. */
static inline struct view_bytes api_name_method(const struct api_name *name)
{
	return (struct view_bytes){ (const __u8 *)name->text, name->method_size };
}

static inline struct view_bytes api_name_host(const struct api_name *name)
{
	return (struct view_bytes){ (const __u8 *)name->text + name->method_size + 1,
				    name->host_size };
}

/* With the space in front where it is a word. */
static inline struct view_bytes api_name_path(const struct api_name *name)
{
	return (struct view_bytes){ (const __u8 *)name->text + name->size - name->path_size,
				    name->path_size };
}

/* What a request is called by. Bytes of `method`, `host` and `target` are absent (NULL) where they
 * are not known. */
struct api_request {
	struct view_bytes method; /* token */
	struct view_bytes host;   /* view_server() */
	struct view_bytes target;
	bool cut; /* more of the target may have followed */
};

/* Of a request's record. `host`: the slot of "host" (view_slot()). What it points to belongs to the
 * record. */
struct api_request api_request_of(const struct view *view, __u8 host);

/* Documents; they do not change while names are asked for. */
struct api_names;

/* Without any document, all names are by rule. NULL: out of memory. */
struct api_names *api_names_new(void);

/* NULL is fine. */
void api_names_free(struct api_names *names);

/*
 * Adds templates of a list, one a line: `[METHOD] [HOST]/path/{name}`. Without METHOD: of every
 * method; without HOST: of every host, and then it documents none. HOST may begin with `*.` (hosts
 * below it). '#' begins a comment, at the beginning of a line or behind white space.
 *
 * A parameter, {name}, stands for one segment or for a part of one, of at least one byte.
 *
 * Returns 0, or -errno with a message that names the file, line and column. What was added of it
 * before may stay.
 */
int api_names_add_list(struct api_names *names, const char *path, struct message *message);

/*
 * Adds the templates of an OpenAPI document: 3.x (`servers` of the document, of paths and of
 * operations) or 2.0 (`host`, `basePath`), YAML or JSON. A variable in a server's URL stands for
 * any text without '/' and '.'. `host`: the calls are to that one (as in a list), whatever the
 * document says; NULL: as it says, and to any host where it names none: then it documents none.
 * Returns as api_names_add_list(). $ref of a path to another document is an error.
 */
int api_names_add_openapi(struct api_names *names, const char *path, const char *host,
			  struct message *message);

/* How many templates there are, one for each method. */
size_t api_names_count(const struct api_names *names);

/*
 * Names a request. Of a document's templates, those of the host itself go before those of `*.`
 * hosts, and these before those of every host; in a path a literal segment goes before one with a
 * parameter in it, and that before one that is a parameter. HEAD is GET's where a template has no
 * HEAD, and OPTIONS is documented where its path is (RFC 9110, sections 9.3.2, 9.3.7).
 * `names` may be NULL: by rule, what an undocumented call would be called.
 */
void api_name(struct api_name *name, const struct api_names *names,
	      const struct api_request *request);

#endif
