#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# One round of hostile variants of every capture, always the same ones.
exec "$(dirname "$0")/run"
