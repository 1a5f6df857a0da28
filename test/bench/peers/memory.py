# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""What a capture takes of memory: memory."""
import os
import statistics

from measure import Row, script

MIB = 2**20


def memory(_, short):
    """Once the worker's memory has been used it is to stay as it is: the last quarter of the run is compared with the second one."""
    lines = script("memory.sh", 4 if short else 24)
    samples, tables = [line for line in lines if "private" in line], [line for line in lines if "maps" in line]
    private, quarter = [1024 * line["private"] for line in samples], len(samples) // 4
    small, large = tables
    per_flow = (large["maps"] - small["maps"]) / (large["connections"] - small["connections"])
    return [
        Row("memory", "the worker's private memory under load, the most", max(private) / MIB, "MiB", ("≤", 32)),
        Row("memory", "the worker's private memory, at the end over that of the second quarter",
            statistics.median(private[-quarter:]) / statistics.median(private[quarter:2 * quarter]), "×", ("≤", 1.02)),
        Row("memory", "rings, per CPU", 1024 * samples[-1]["rings"] / os.cpu_count() / MIB, "MiB"),
        Row("memory", "maps, per connection that is remembered", per_flow, "bytes"),
        Row("memory", f"maps, with {small['connections']:,} connections", small["maps"] / MIB, "MiB"),
        Row("memory", "maps, without any connection", (small["maps"] - per_flow * small["connections"]) / MIB, "MiB"),
    ]
