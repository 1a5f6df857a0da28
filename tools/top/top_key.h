/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Keys as numbers that do not depend on the library that reads them: printable characters as they
 * are, the others from TOP_KEY_NONE on.
 */
#ifndef HDRTAP_TOP_KEY_H
#define HDRTAP_TOP_KEY_H

enum top_key {
	TOP_KEY_NONE = 0x100, /* means nothing */
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_BACKSPACE,
	TOP_KEY_DELETE,
	TOP_KEY_UP,
	TOP_KEY_DOWN,
	TOP_KEY_LEFT,
	TOP_KEY_RIGHT,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ERASE_LINE, /* Ctrl-U */
	TOP_KEY_REDRAW,     /* Ctrl-L */
};

#endif
