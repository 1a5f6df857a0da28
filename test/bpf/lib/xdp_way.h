/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Frames into the XDP program, by BPF_PROG_TEST_RUN: of one buffer where they fit, of several where
 * they do not, and cut so that headers are not in the first, as some drivers do.
 */
#ifndef HDRTAP_TEST_XDP_WAY_H
#define HDRTAP_TEST_XDP_WAY_H

#include <stdbool.h>

#include "frames.h"
#include "kernel.h"

/* Loads the program for links with an Ethernet header, with the maps of `object`. Ends the program
 * when that fails. */
void xdp_way_open(const struct hdrtap_tc *object);
void xdp_way_close(void);

/* Its descriptor, which stays the object's. */
int xdp_way_program(void);

/* Functions of struct way. With as much in the first buffer as fits, with the Ethernet header only,
 * and with some of the other headers: how much depends on the frame's length. */
int xdp_way_whole(const struct hdrtap_tc *object, const struct frame *frame);
int xdp_way_ethernet(const struct hdrtap_tc *object, const struct frame *frame);
int xdp_way_somewhere(const struct hdrtap_tc *object, const struct frame *frame);

/* Whether this kernel lets a test say how much is in the first buffer (Linux 6.18). */
bool xdp_way_cuts(void);

#endif
