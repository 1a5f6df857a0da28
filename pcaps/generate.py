#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Rebuilds the synthetic captures: generate.py [DIRECTORY] (default: beside this file). The result
is the same bytes every time; README.md says what each capture is for."""
import os
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position,unused-import
import encapsulation_cases
import evasion_cases
import exchange_cases
import framing_cases
import http_cases
import last_cases
import link_cases
import missing_cases
import morning_cases
import name_cases
import network_cases
import pcapng_cases
import place_cases
import proof_cases
import proxy_cases
import request_line_cases
import response_cases
import secret_cases
import snippet_cases
import status_line_cases
import stream_cases
import tunnel_cases
from case import CASES


def built():
    """(name, Capture) of each case."""
    for name, (build, kind, options) in CASES.items():
        capture = kind(**options)
        build(capture)
        yield name, capture


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    for name, capture in built():
        with open(os.path.join(directory, "%s.%s" % (name, capture.suffix)), "wb") as out:
            out.write(capture.bytes())


if __name__ == "__main__":
    main()
