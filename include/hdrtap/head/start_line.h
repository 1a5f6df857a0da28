/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Request line and status line, RFC 9112 sections 3 and 4.
 *
 * A request line is read in three steps that may lie in different windows: method and space
 * (BEGIN), target up to the first white space (TARGET), and the rest up to the line feed (REST). A
 * rest that is not " HTTP/x.y" but ends in that is a target with white space in it: the target is
 * kept up to there. That, and spaces beyond the two there should be, is flagged; servers let it
 * pass.
 *
 * A version in small letters or without its minor number, and white space before a status that is
 * not one space, are flagged, too. None of this is the common way: it is read again, by functions
 * of its own.
 */
#ifndef HDRTAP_START_LINE_H
#define HDRTAP_START_LINE_H

#include <hdrtap/head/values.h>

enum hdrtap_verdict {
	HDRTAP_DONE,     /* the head ended; it is ready to be emitted */
	HDRTAP_MORE,     /* the window ended first */
	HDRTAP_NOT_HTTP, /* this is no head */
	HDRTAP_AGAIN,    /* more of this window is left */
};

enum hdrtap_phase {
	HDRTAP_PHASE_BEGIN,  /* at the start line */
	HDRTAP_PHASE_TARGET, /* inside the target */
	HDRTAP_PHASE_REST,   /* behind it */
	HDRTAP_PHASE_LINE,   /* at the start of a header line */
	HDRTAP_PHASE_NAME,   /* inside a name that is longer than the carry */
	HDRTAP_PHASE_VALUE,  /* inside a value */
	HDRTAP_PHASE_SKIP,   /* inside a line whose rest does not matter */
};

#define HDRTAP_METHOD_MIN 3  /* bytes of a method that is not known, where no head was expected */
#define HDRTAP_SPACES_MAX 16 /* too many spaces before the target, or behind the version */

#define HDRTAP_WORD_HTTP_SLASH 0x2f50545448ULL /* "HTTP/" */
#define HDRTAP_WORD_5          0xffffffffffULL
#define HDRTAP_WORD_6          0xffffffffffffULL
#define HDRTAP_WORD_DOT_ZERO   0x302e000000000000ULL /* ".0" behind "HTTP/1" */
#define HDRTAP_SMALL_HTTP      0x20202020ULL         /* makes "HTTP" small */

#define HDRTAP_STATUS_NONE 1000 /* more than three digits can say */
#define HDRTAP_STRAY_MAX   72   /* bytes before a status line that is looked for */

/* Known methods and the space behind each, as little-endian words. */
static const __u64 hdrtap_method_words[HDRTAP_METHOD_MAX] = {
	[HDRTAP_METHOD_GET] = 0x20544547ULL,
	[HDRTAP_METHOD_HEAD] = 0x2044414548ULL,
	[HDRTAP_METHOD_POST] = 0x2054534f50ULL,
	[HDRTAP_METHOD_PUT] = 0x20545550ULL,
	[HDRTAP_METHOD_DELETE] = 0x204554454c4544ULL,
	[HDRTAP_METHOD_CONNECT] = 0x205443454e4e4f43ULL,
	[HDRTAP_METHOD_OPTIONS] = 0x20534e4f4954504fULL,
	[HDRTAP_METHOD_TRACE] = 0x204543415254ULL,
	[HDRTAP_METHOD_PATCH] = 0x204843544150ULL,
	[HDRTAP_METHOD_QUERY] = 0x205952455551ULL,
};

/* The table's number of a method of up to 7 letters; `word` holds it, a space, and zeros behind. */
HDRTAP_INLINE __u8 hdrtap_method_known(__u64 word)
{
	__u8 method;

	for (method = HDRTAP_METHOD_OTHER + 1; method < HDRTAP_METHOD_MAX; method++)
		if (word == hdrtap_method_words[method])
			return method;
	return HDRTAP_METHOD_OTHER;
}

/* 1 when the word, as above, is a known method, 2 and more when it is the end of one, otherwise 0.
 */
HDRTAP_GLOBAL int hdrtap_method_end(__u64 word)
{
	__u32 method, i;
	__u64 tail;

	for (method = HDRTAP_METHOD_OTHER + 1; method < HDRTAP_METHOD_MAX; method++) {
		tail = hdrtap_method_words[method];
		for (i = 1; i < 8; i++) {
			if (tail == word)
				return i;
			tail >>= 8;
		}
	}
	return 0;
}

/* Length of the token at `from` when it begins with a letter, as methods do, and a space follows
 * within HDRTAP_METHOD_CAP bytes, otherwise 0. */
HDRTAP_INLINE __u32 hdrtap_method_length(const struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u32 i;
	__u8 c;

	for (i = 0; i <= HDRTAP_METHOD_CAP; i++) {
		if (from + i >= to)
			return 0;
		c = hdrtap_window_byte(w, from + i);
		if (!(hdrtap_byte[c] & (i ? HDRTAP_BYTE_TOKEN : HDRTAP_BYTE_LETTER)))
			break;
	}
	HDRTAP_FORGET(i, to, 0xff);
	return i <= HDRTAP_METHOD_CAP && hdrtap_window_byte(w, from + i) == ' ' ? i : 0;
}

/* Whether the first eight payload bytes can begin a head. Cheap: most payload ends here. */
HDRTAP_INLINE int hdrtap_may_begin(__u64 word)
{
	__u64 low = word & 0xff;
	__u64 separators = HDRTAP_BELOW(word, 0x21);
	__u64 token = separators ? word & ((separators & -separators) - 1) : word;

	if ((word & HDRTAP_WORD_5) == HDRTAP_WORD_HTTP_SLASH)
		return 1;
	if (low == '\r' || low == '\n')
		return 1;
	/* a letter first, then no byte above 0x7f before the first space */
	return hdrtap_byte[low] & HDRTAP_BYTE_LETTER && !(token & HDRTAP_HIGHS);
}

/* "HTTP/" DIGIT "." DIGIT: major << 4 | minor, or 0 when the eight bytes are not that. */
HDRTAP_INLINE __u8 hdrtap_version(__u64 word)
{
	__u8 major = (word >> 40 & 0xff) - '0', minor = (word >> 56) - '0';

	if ((word & HDRTAP_WORD_5) != HDRTAP_WORD_HTTP_SLASH || (word >> 48 & 0xff) != '.')
		return 0;
	return major > 9 || minor > 9 ? 0 : major << 4 | minor;
}

HDRTAP_INLINE void hdrtap_version_set(struct hdrtap_head *h, __u8 version)
{
	h->rec.version = version;
	if (version != 0x11 && version != 0x10)
		h->rec.flags |= HDRTAP_FLAG(BAD_VERSION);
}

/* A start line that is not right is none where no head was expected. */
HDRTAP_INLINE int hdrtap_start_line_end(struct hdrtap_head *h)
{
	if (h->guess && h->rec.flags & (HDRTAP_FLAG(BAD_TARGET) | HDRTAP_FLAG(BAD_VERSION) |
					HDRTAP_FLAG(BAD_STATUS) | HDRTAP_FLAG(HTTP09)))
		return HDRTAP_NOT_HTTP;
	h->started = 1;
	return HDRTAP_AGAIN;
}

/* What some senders write for a version, though RFC 9112 section 2.3 does not allow it: small
 * letters, 8 bytes, or 6 without a minor number, which then is 0. Otherwise as hdrtap_version(). */
HDRTAP_INLINE __u8 hdrtap_version_loose(__u64 word, __u32 length)
{
	word &= ~HDRTAP_SMALL_HTTP;
	if (length == 6)
		word = (word & HDRTAP_WORD_6) | HDRTAP_WORD_DOT_ZERO;
	return hdrtap_version(word);
}

/* The three digits that `word` begins with, HDRTAP_STATUS_NONE: others stand there. */
HDRTAP_INLINE __u32 hdrtap_status_of(__u64 word)
{
	__u8 a = (word & 0xff) - '0', b = (word >> 8 & 0xff) - '0', c = (word >> 16 & 0xff) - '0';

	return a > 9 || b > 9 || c > 9 ? HDRTAP_STATUS_NONE : a * 100 + b * 10 + c;
}

/* The rest of a status line: `length` bytes, of which `word` is the beginning. */
HDRTAP_INLINE int hdrtap_status(struct hdrtap_head *h, __u8 version, __u64 word, __u32 length)
{
	__u32 status = hdrtap_status_of(word);
	__u8 behind = word >> 24 & 0xff;

	if (length < 3 || status == HDRTAP_STATUS_NONE)
		return HDRTAP_NOT_HTTP;
	h->rec.kind = HDRTAP_KIND_RESPONSE;
	h->rec.status = status;
	hdrtap_version_set(h, version);
	if (length > 3 && behind != ' ') {
		if (behind >= '0' && behind <= '9')
			return HDRTAP_NOT_HTTP;
		h->rec.flags |= HDRTAP_FLAG(BAD_STATUS);
	}
	h->phase = HDRTAP_PHASE_SKIP;
	return hdrtap_start_line_end(h);
}

/* Where the status is that white space stands before from `from` on; `from`: there is none, or too
 * much. Not hdrtap_skip_ows(): Linux 6.1 has no stack left for it. */
HDRTAP_INLINE __u32 hdrtap_status_at(const struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u32 i;

	for (i = 0; i <= HDRTAP_SPACES_MAX; i++)
		if (from + i >= to || !hdrtap_is_ows(hdrtap_window_byte(w, from + i)))
			break;
	return i > HDRTAP_SPACES_MAX ? from : from + i;
}

/* A status line in [from, to) that is not written as it should be. */
HDRTAP_GLOBAL int hdrtap_status_line_loose(struct hdrtap_head *h, struct hdrtap_window *w,
					   __u32 from, __u32 to)
{
	__u32 behind, at;
	__u8 version;
	__u64 word;

	if (!h || !w)
		return HDRTAP_NOT_HTTP;
	word = hdrtap_window_word(w, from);
	behind = from + ((word >> 48 & 0xff) == '.' ? 8 : 6);
	version = hdrtap_version_loose(word, behind - from);
	at = hdrtap_status_at(w, behind, to);
	if (!version || at <= behind)
		return HDRTAP_NOT_HTTP;
	if (!hdrtap_version(word))
		h->rec.flags |= HDRTAP_FLAG(BAD_VERSION);
	if (at - behind > 1 || hdrtap_window_byte(w, behind) != ' ')
		h->rec.flags |= HDRTAP_FLAG(BAD_STATUS);
	return hdrtap_status(h, version, hdrtap_window_word(w, at), to - at);
}

/* Status line in [from, to), of which at least the version, the status and a byte more are there
 * unless it is shorter. */
HDRTAP_INLINE int hdrtap_status_line(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				     __u32 to)
{
	__u64 word = hdrtap_window_word(w, from + 8);
	__u8 version = hdrtap_version(hdrtap_window_word(w, from));

	if (!version || to - from < 12 || (word & 0xff) != ' ' || (word >> 8 & 0xff) <= ' ')
		return hdrtap_status_line_loose(h, w, from, to);
	return hdrtap_status(h, version, word >> 8, to - from - 9);
}

/* Bytes in [from, to) before the first status line of HTTP/1 there, as it should be, -1: none
 * begins in the first HDRTAP_STRAY_MAX bytes. */
HDRTAP_GLOBAL int hdrtap_find_status_line(struct hdrtap_window *w, __u32 from, __u32 to)
{
	__u64 word;
	__u32 i;

	if (!w)
		return -1;
	for (i = 0; i < HDRTAP_STRAY_MAX; i++) {
		if (from + i + 12 > to)
			break;
		if (hdrtap_version(hdrtap_window_word(w, from + i)) >> 4 != 1)
			continue;
		word = hdrtap_window_word(w, from + i + 8);
		if ((word & 0xff) == ' ' && hdrtap_status_of(word >> 8) != HDRTAP_STATUS_NONE)
			return i;
	}
	return -1;
}

/* Keeps a method that has no number. */
HDRTAP_GLOBAL int hdrtap_method_other(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				      __u32 length)
{
	if (!h || !w)
		return 0;
	hdrtap_value_begin(h, HDRTAP_SLOT_METHOD, HDRTAP_MODE_KEEP, HDRTAP_METHOD_CAP, 0);
	hdrtap_value_append(h, w, from, length);
	hdrtap_value_settle(h);
	return 0;
}

/* Method and space: then the target begins at the window's position. */
HDRTAP_INLINE int hdrtap_request_begin(struct hdrtap_head *h, struct hdrtap_window *w,
				       const struct hdrtap_elements *set, __u32 from, __u32 to)
{
	__u32 length = hdrtap_method_length(w, from, to), target = from + length + 1;
	__u64 word = hdrtap_window_word(w, from);

	if (hdrtap_window_byte(w, target) == ' ') {
		h->rec.flags |= HDRTAP_FLAG(BAD_TARGET);
		target = hdrtap_skip_ows(w, target, to);
		if (target - from - length > HDRTAP_SPACES_MAX)
			return HDRTAP_NOT_HTTP;
	}
	if (!length || target >= to || hdrtap_window_byte(w, target) <= ' ')
		return HDRTAP_NOT_HTTP;
	h->rec.kind = HDRTAP_KIND_REQUEST;
	if (length < 8) {
		word = word << (56 - 8 * length) >> (56 - 8 * length);
		h->rec.method = hdrtap_method_known(word);
	}
	if (h->rec.method == HDRTAP_METHOD_OTHER) {
		if (h->guess && (length < HDRTAP_METHOD_MIN || hdrtap_method_end(word)))
			return HDRTAP_NOT_HTTP;
		hdrtap_method_other(h, w, from, length);
	}
	hdrtap_value_begin(h, HDRTAP_SLOT_TARGET, HDRTAP_MODE_KEEP, set->target_max, 1);
	h->phase = HDRTAP_PHASE_TARGET;
	w->position = target;
	return HDRTAP_AGAIN;
}

/* The target goes on in [w->position, to). Afterwards the position is at the white space behind it,
 * or at `to`. */
HDRTAP_INLINE void hdrtap_request_target(struct hdrtap_head *h, struct hdrtap_window *w, __u32 to)
{
	__u32 from = w->position, space = hdrtap_find_below(w, from, 0x21);

	if (space > to)
		space = to;
	hdrtap_value_append(h, w, from, space - from);
	hdrtap_value_settle(h);
	w->position = space;
	if (space < to)
		h->phase = HDRTAP_PHASE_REST;
}

/* Nothing followed the target: it is the version and there is no target, or this is HTTP/0.9 (RFC
 * 1945 section 4.1). */
HDRTAP_INLINE int hdrtap_request_short(struct hdrtap_head *h)
{
	__u64 word = hdrtap_load64(hdrtap_arena_at(h, h->start));
	__u8 version = h->original == 8 ? hdrtap_version(word) : 0;

	if (version) {
		h->original = 0;
		hdrtap_value_settle(h);
		h->rec.flags |= HDRTAP_FLAG(BAD_TARGET);
		hdrtap_version_set(h, version);
	} else if (h->rec.method != HDRTAP_METHOD_GET || (word & 0xff) != '/') {
		return HDRTAP_NOT_HTTP;
	} else {
		h->rec.version = 0x09;
		h->rec.flags |= HDRTAP_FLAG(HTTP09);
	}
	if (hdrtap_start_line_end(h) == HDRTAP_NOT_HTTP)
		return HDRTAP_NOT_HTTP;
	return version ? HDRTAP_AGAIN : HDRTAP_DONE;
}

/* Whether the request line so far is that of the HTTP/2 preface, RFC 9113 section 3.4. */
HDRTAP_INLINE int hdrtap_is_pri(const struct hdrtap_head *h)
{
	return h->rec.method == HDRTAP_METHOD_OTHER && h->start == 3 && h->original == 1 &&
	       (hdrtap_load64(h->rec.arena) & 0xffffffff) == 0x2a495250; /* "PRI" "*" */
}

/* The version that a request line ends in at `end`, or trailing white space at `to`, when it is not
 * written as it should be, 0: none. The rest of the line begins at `from`. */
HDRTAP_GLOBAL int hdrtap_request_version(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
					 __u32 end, __u32 to)
{
	__u32 length;
	__u8 version;

	if (!h || !w)
		return 0;
	for (length = 8; length >= 6; length -= 2) {
		version = hdrtap_version_loose(hdrtap_window_word(w, end - length), length);
		if (!version || end - from <= length ||
		    hdrtap_window_byte(w, end - length - 1) != ' ')
			continue;
		h->rec.flags |= HDRTAP_FLAG(BAD_VERSION);
		if (to - from > length + 1)
			h->rec.flags |= HDRTAP_FLAG(BAD_TARGET);
		return version;
	}
	return 0;
}

/* What follows the target up to the end of the line, in [from, to); rest_long when there was more
 * before it. */
HDRTAP_INLINE int hdrtap_request_rest(struct hdrtap_head *h, struct hdrtap_window *w, __u32 from,
				      __u32 to)
{
	__u32 end = to;
	__u8 version;

	if (from == to)
		return hdrtap_request_short(h);
	if (hdrtap_window_byte(w, to - 1) == ' ')
		end = hdrtap_trim_ows(w, from, to);
	if (to - end > HDRTAP_SPACES_MAX)
		return HDRTAP_NOT_HTTP;
	version = end - from >= 9 ? hdrtap_version(hdrtap_window_word(w, end - 8)) : 0;
	if (!version || hdrtap_window_byte(w, end - 9) != ' ')
		version = hdrtap_request_version(h, w, from, end, to);
	if (!version)
		return HDRTAP_NOT_HTTP;
	h->http2 = hdrtap_is_pri(h);
	if (h->http2)
		return HDRTAP_NOT_HTTP;
	hdrtap_version_set(h, version);
	if (h->rest_long || to - from > 9)
		h->rec.flags |= HDRTAP_FLAG(BAD_TARGET);
	return hdrtap_start_line_end(h);
}

/*
 * The start line, or what of it is in [w->position, to). `whole`: it ends at `to`, a line feed (and
 * CR) follow. On AGAIN the phase says what comes next; the position is behind what was used.
 */
HDRTAP_GLOBAL int hdrtap_start_line(struct hdrtap_head *h, struct hdrtap_window *w,
				    const struct hdrtap_elements *set, __u32 to, __u32 whole)
{
	__u64 word;
	__u32 from;
	int verdict;

	if (!h || !w || !set)
		return HDRTAP_NOT_HTTP;
	from = w->position;
	if (h->phase == HDRTAP_PHASE_BEGIN) {
		word = hdrtap_window_word(w, from) & HDRTAP_WORD_5 & ~HDRTAP_SMALL_HTTP;
		if (word == HDRTAP_WORD_HTTP_SLASH)
			return hdrtap_status_line(h, w, from, to);
		verdict = hdrtap_request_begin(h, w, set, from, to);
		if (verdict != HDRTAP_AGAIN)
			return verdict;
	}
	if (h->phase == HDRTAP_PHASE_TARGET)
		hdrtap_request_target(h, w, to);
	if (!whole)
		return HDRTAP_AGAIN;
	return hdrtap_request_rest(h, w, w->position, to);
}

#endif
