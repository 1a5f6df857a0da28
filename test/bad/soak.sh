#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Two minutes in which everything happens at once, under a new seed every time; SEED=N does what that one did.
exec "$(dirname "$0")/../soak/run" 120 "${SEED:-$RANDOM}"
