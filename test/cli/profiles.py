#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""profiles.py NAME FILE NATIVE <LINES: every key of the JSON lines is one of the vocabulary in FILE, or begins with "hdrtap.";
its value has the type that stands there; no key is there twice. NATIVE has the same heads with OpenTelemetry's names: nothing is
lost. Prints how many keys of the vocabulary were seen."""
import ipaddress
import json
import re
import sys

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$")


def is_ip(value):
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def text(value):
    return isinstance(value, str)


def number(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def texts(value):
    return isinstance(value, list) and all(map(text, value))


TYPES = {
    "otel": {"time": lambda v: TIME.match(v), "string": text, "int": number, "string[]": texts},
    "ecs": {"date": lambda v: TIME.match(v), "keyword": lambda v: text(v) or texts(v), "wildcard": text, "long": number, "ip": is_ip},
    "zeek": {"time": lambda v: isinstance(v, float) and v > 0, "count": number, "port": lambda v: number(v) and v < 65536, "addr": is_ip,
             "string": text, "set": texts},
    "apipark": {"string": text},
}
VALUES = {
    ("ecs", "network.direction"): r"(in|e)gress$",
    ("zeek", "proxied"): r"X-FORWARDED-FOR -> ",
    ("apipark", "msec"): r"\d{9,11}$",
    ("apipark", "status"): r"\d{1,3}$",
    ("apipark", "remote_port"): r"\d{1,5}$",
    ("apipark", "response_time"): r"\d+$",
    ("apipark", "request_id"): r".{1,36}$",
    ("apipark", "time_iso8601"): r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
}


def once(pairs):
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), f"a key is there twice: {keys}"
    return dict(pairs)


def kept(head):
    """The texts of a head's values, however they are named and joined."""
    values = []
    for key, value in head.items():
        if not re.match(r"hdrtap\.(latin1|redacted|run)", key):
            values += value if isinstance(value, list) else [value]
    return " ".join(map(str, values))


class Vocabulary:
    def __init__(self, profile, path):
        self.profile, self.names, self.patterns = profile, {}, {}
        for line in open(path, encoding="utf-8"):
            if not line.startswith("#"):
                name, kind = line.rstrip("\n").split("\t")
                (self.patterns if name.endswith("*") else self.names)[name.rstrip("*")] = kind

    def kind(self, key):
        if key in self.names:
            return key, self.names[key]
        for start, kind in self.patterns.items():
            if key.startswith(start) and len(key) > len(start):
                return start + "*", kind
        return key, None

    def check(self, key, value):
        name, kind = self.kind(key)
        assert kind, f"{key} is not in the vocabulary"
        assert TYPES[self.profile][kind](value), f"{key} is no {kind}: {value!r}"
        for item in value if isinstance(value, list) else [value]:
            pattern = VALUES.get((self.profile, key))
            assert not pattern or re.match(pattern, str(item)), f"{key}: {value!r}"
        return name


def main():
    vocabulary, seen, heads = Vocabulary(sys.argv[1], sys.argv[2]), set(), 0
    with open(sys.argv[3], encoding="utf-8") as native:
        for line, other in zip(sys.stdin, native, strict=True):
            head, known, heads = json.loads(line, object_pairs_hook=once), json.loads(other), heads + 1
            seen |= {vocabulary.check(key, value) for key, value in head.items() if not key.startswith("hdrtap.")}
            here = kept(head)
            for key, value in known.items():
                if re.match(r"(source|destination|url|server|user_agent|http)\.", key) and value != "_OTHER":
                    for item in value if isinstance(value, list) else [value]:
                        assert str(item) in here, f"{key}: {item!r} is lost in {line}"
    assert heads > 100, f"{heads} heads"
    print(*sorted(seen), sep="\n")


main()
