# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Captures read from files: offline."""
from measure import HDRTAP, PICO, alternate, ratio_row, traffic

TSHARK = ["-Y", "http.request", "-T", "fields", "-e", "http.host", "-e", "http.request.uri", "-e", "http.user_agent"]


def own(path, *more, hdrtap=HDRTAP):
    """Not -q, whose lines are short."""
    return [hdrtap, "-r", path, *more]


def peer_rows(dense, fewer, short):
    """Peers that take several times as long; tshark with fewer requests. What they are to libpcap + picohttpparser says how far any parser can get."""
    times = alternate({
        "hdrtap": own(dense, "--heads", "request"),
        "pico": [PICO, "-r", dense],
        "httpry": ["httpry", "-q", "-r", dense, "-o", "/dev/null"],
        "ngrep": ["ngrep", "-q", "-I", dense, "-W", "byline", "^GET"],
        "tcpflow": ["tcpflow", "-X", "/dev/null", "-r", dense, "-c"],
    }, 1 if short else 5)
    slow = alternate({"hdrtap": own(fewer, "--heads", "request"), "pico": [PICO, "-r", fewer], "tshark": ["tshark", "-r", fewer, *TSHARK]}, 1 if short else 3)
    return [
        ratio_row("offline", "dense: httpry's time over hdrtap's", times["httpry"], times["hdrtap"], ("≥", 8)),
        ratio_row("offline", "dense: httpry's time over that of libpcap + picohttpparser", times["httpry"], times["pico"]),
        ratio_row("offline", "dense: tshark's time over hdrtap's", slow["tshark"], slow["hdrtap"], ("≥", 80)),
        ratio_row("offline", "dense: tshark's time over that of libpcap + picohttpparser", slow["tshark"], slow["pico"]),
        ratio_row("offline", "dense: ngrep's time over hdrtap's", times["ngrep"], times["hdrtap"]),
        ratio_row("offline", "dense: tcpflow's time over hdrtap's", times["tcpflow"], times["hdrtap"]),
    ]


def offline(folder, short):
    rounds, requests = (1, 2000) if short else (11, 400000)
    mixed, dense, fewer = traffic(folder, "mixed", requests // 20), traffic(folder, "dense", requests), traffic(folder, "dense", requests // 4)
    fast = alternate({"hdrtap": own(dense, "--heads", "request"), "both": own(dense), "pico": [PICO, "-r", dense], "reading": [PICO, "-0", dense]}, rounds)
    apart = alternate({"hdrtap": own(mixed), "reading": [PICO, "-0", mixed], "pico": [PICO, "-r", mixed]}, rounds)
    return [
        ratio_row("offline", "dense, requests: time over libpcap + picohttpparser", fast["hdrtap"], fast["pico"], ("≤", 2)),
        ratio_row("offline", "dense, requests and responses: time over libpcap + picohttpparser", fast["both"], fast["pico"]),
        ratio_row("offline", "dense, requests: time over reading alone", fast["hdrtap"], fast["reading"]),
        ratio_row("offline", "mixed: time over reading alone", apart["hdrtap"], apart["reading"], ("≤", 1.5)),
        ratio_row("offline", "mixed: libpcap + picohttpparser over reading alone", apart["pico"], apart["reading"]),
    ] + peer_rows(dense, fewer, short)
