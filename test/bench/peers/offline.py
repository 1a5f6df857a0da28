# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures read from files: offline."""
from measure import HDRTAP, PICO, alternate, ratio_row, traffic

TSHARK = ["-Y", "http.request", "-T", "fields", "-e", "http.host", "-e", "http.request.uri", "-e", "http.user_agent"]
AS_FAST_AS = {"httpry": 8, "tshark": 80}  # times hdrtap's time, at least


def own(path, *more):
    return [HDRTAP, "-q", "-r", path, *more]


def peer_rows(path, rounds):
    """Peers that take many times as long."""
    times = alternate({
        "hdrtap": own(path, "--heads", "request"),
        "httpry": ["httpry", "-q", "-r", path, "-o", "/dev/null"],
        "tshark": ["tshark", "-r", path, *TSHARK],
        "ngrep": ["ngrep", "-q", "-I", path, "-W", "byline", "^GET"],
        "tcpflow": ["tcpflow", "-X", "/dev/null", "-r", path, "-c"],
    }, rounds)
    mine = times.pop("hdrtap")
    return [ratio_row("offline", f"dense: {peer}'s time over hdrtap's", of, mine, ("≥", AS_FAST_AS[peer]) if peer in AS_FAST_AS else None)
            for peer, of in times.items()]


def offline(folder, short):
    rounds, requests = (1, 2000) if short else (11, 400000)
    mixed, dense = traffic(folder, "mixed", requests // 20), traffic(folder, "dense", requests)
    fast = alternate({"hdrtap": own(dense, "--heads", "request"), "both": own(dense), "pico": [PICO, "-r", dense], "reading": [PICO, "-0", dense]}, rounds)
    apart = alternate({"hdrtap": own(mixed), "reading": [PICO, "-0", mixed], "pico": [PICO, "-r", mixed]}, rounds)
    return [
        ratio_row("offline", "dense, requests: time over libpcap + picohttpparser", fast["hdrtap"], fast["pico"], ("≤", 2)),
        ratio_row("offline", "dense, requests and responses: time over libpcap + picohttpparser", fast["both"], fast["pico"]),
        ratio_row("offline", "dense, requests: time over reading alone", fast["hdrtap"], fast["reading"]),
        ratio_row("offline", "mixed: time over reading alone", apart["hdrtap"], apart["reading"], ("≤", 1.5)),
        ratio_row("offline", "mixed: libpcap + picohttpparser over reading alone", apart["pico"], apart["reading"]),
    ] + peer_rows(traffic(folder, "dense", requests // 10), 1 if short else 3)
