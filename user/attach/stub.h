/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Puts the expression into programs: while an object is loaded, its instructions take the place of
 * those of the function expression() (bpf/expression.h).
 */
#ifndef HDRTAP_USER_STUB_H
#define HDRTAP_USER_STUB_H

#include <bpf/libbpf.h>

#include "attach/interfaces.h"
#include "filter/filter.h"

/* To be called before an object is opened that stub_begin() is for. Returns 0 or -errno, saying
 * nothing. */
int stub_register(void);

/*
 * From now on programs of `object` are loaded with the expression `filter` for links of that kind,
 * by libbpf or, for it, by libxdp. `type`: of the hook's programs, whatever they are loaded as.
 * Returns 0 or -errno, saying nothing: EINVAL, see stub_refused().
 */
int stub_begin(const struct bpf_object *object, const struct filter *filter,
	       enum interface_link link, enum bpf_prog_type type);

/* The object is loaded, or will not be. */
void stub_end(void);

/* The expression that programs are being loaded with, NULL: none. */
const char *stub_expression(void);

/* Whether the expression is not for links of that kind. */
bool stub_is_refused(const struct filter *filter, enum interface_link link);

/* Says why not. Returns -EINVAL. */
int stub_refused(const struct filter *filter, const struct interface *interface);

#endif
