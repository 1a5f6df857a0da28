#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Prints the heads of record logs as log_cat.c does, by ctypes: log_cat.py DIRECTORY..."""
import ctypes
import sys

END, RECORD, NOTICE, SOURCE = 0, 1, 5, 0  # <hdrtap/log.h>
lib = ctypes.CDLL("libhdrtap.so.0")


def function(name, result, *arguments):
    """What the header says of it: without, ctypes would cut pointers off."""
    return ctypes.CFUNCTYPE(result, *arguments)(("hdrtap_" + name, lib))


pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t)
log_new = function("log_new", ctypes.c_int, ctypes.POINTER(pointer))
log_add = function("log_add", ctypes.c_int, pointer, text)
log_next = function("log_next", ctypes.c_int, pointer)
log_error = function("log_error", text, pointer)
log_notice = function("log_notice", text, pointer)
log_rec = function("log_rec", pointer, pointer)
log_free = function("log_free", None, pointer)
rec_time = function("rec_time", ctypes.c_uint64, pointer)
rec_address_text = function("rec_address_text", text, pointer, ctypes.c_int, text)
rec_method = function("rec_method", pointer, pointer, size)
rec_target = function("rec_target", pointer, pointer, size)
rec_status = function("rec_status", ctypes.c_int, pointer)
rec_latency = function("rec_latency", ctypes.c_int64, pointer)


def bytes_of(accessor, rec):
    length = ctypes.c_size_t()
    return ctypes.string_at(accessor(rec, length) or b"", length.value).decode("latin-1")


def line(rec):
    address = rec_address_text(rec, SOURCE, ctypes.create_string_buffer(46))
    words = [str(rec_time(rec)), address.decode(), bytes_of(rec_method, rec) or "-", bytes_of(rec_target, rec)]
    if rec_status(rec) >= 0:
        words.append(f"{rec_status(rec)} after {rec_latency(rec)} ns")
    return " ".join(words)


def main():
    log = pointer()
    result = log_new(log)
    for path in sys.argv[1:]:
        result = result if result < 0 else log_add(log, path.encode())
    while result >= 0 and (result := log_next(log)) != END:
        if result == RECORD:
            print(line(log_rec(log)))
        elif result == NOTICE:
            print(log_notice(log).decode(), file=sys.stderr)
    if result < 0:
        sys.exit(log_error(log).decode())
    log_free(log)


main()
