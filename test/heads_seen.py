# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""The heads of a capture over TCP, requests and responses, and which answers which, as hdrtap and
tshark see them.

tshark's place of a head is computed from the frame in which its first byte came, so that both are
compared at the same byte of the same stream.
"""
import collections
import re
import xml.etree.ElementTree

from requests_seen import BETWEEN, Failed, Where, frames_of_tshark, rows_of_hdrtap, run, where_of

# `values`: {name: text}; `answers`: of hdrtap the request's Head, of tshark its frame, or None;
# `kept`: of hdrtap {name: (original length or None, redacted)} of values that are not whole
Head = collections.namedtuple("Head", "where request values flags answers frame kept")
# What compared() finds, each a list: of (ours, theirs), in `extra` and `flagged` of ours, in
# `missing` of theirs
Compared = collections.namedtuple(
    "Compared", "both missing extra flagged value equal different absent more"
)
# Flags that say nothing against the head
HARMLESS = set("redacted truncated omitted merged non_linear proxied no_time late answered".split())
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
MOST = 65535  # an original length that long is that or more
HOST = "http.request.header.host"


def text(data):
    """Bytes as JSON output has them."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def kept_of(row, name, key):
    """Of a value that is not whole: (its original length, whether secrets were removed)."""
    original = row.get("hdrtap.original_length." + key)
    redacted = key in row.get("hdrtap.redacted", [])
    return {name: (original and original[-1], redacted)} if original or redacted else {}


def of_row(row, answered):
    flags = set(row.get("hdrtap.flags", []))
    if row["hdrtap.kind"] == "response":
        values = {"status": str(row["http.response.status_code"])}
        return Head(where_of(row), False, values, flags, answered, None, {})
    method = row.get("http.request.method_original", row["http.request.method"])
    values = {"method": method, "target": row["url.original"], "host": row.get(HOST, [None])[-1]}
    kept = {**kept_of(row, "target", "url.original"), **kept_of(row, "host", HOST)}
    return Head(where_of(row), True, values, flags, None, None, kept)


def of_hdrtap(path, program):
    """[Head]"""
    requests, found = {}, []
    for row in rows_of_hdrtap(path, program):
        answered = requests.get((row.get("hdrtap.request.cpu"), row.get("hdrtap.request.sequence")))
        found.append(of_row(row, answered))
        requests[row["hdrtap.cpu"], row["hdrtap.sequence"]] = found[-1]
    return found


class Segment:
    """A TCP segment with payload, of the innermost IP header."""

    def __init__(self, frame):
        last = {name: value.split(BETWEEN)[-1] for name, value in frame.items()}
        version = re.findall(r"\bip(?:v6)?\b", frame["frame.protocols"].rpartition(":tcp")[0])[-1]
        ends = [last["%s.%s" % (version, end)] for end in ("src", "dst")]
        self.sequence = int(last["tcp.seq_raw"]) + int(last["tcp.flags.syn"])
        self.payload = bytes.fromhex(last["tcp.payload"].replace(":", ""))
        ports = int(last["tcp.srcport"]), int(last["tcp.dstport"])
        self.where = Where(ends[0], ports[0], ends[1], ports[1], 0)

    def at(self, offset):
        return self.where._replace(sequence=(self.sequence + offset) % 2**32)


class Packet:
    """A frame with HTTP in it, as tshark takes it to pieces."""

    def __init__(self, packet, segments):
        self.segments, self.packet = segments, packet
        self.number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        self.payload_at = 0  # as tshark counts
        self.joined = None  # (frame, bytes) of the first of the segments that were put together

    def heads(self):
        for proto in self.packet.iter("proto"):
            if proto.get("name") == "tcp":
                self.payload_at = int(proto.get("pos")) + int(proto.get("size"))
            elif joined := proto.find("field[@name='tcp.segments']"):
                first = re.search(r"#(\d+)\((\d+)\)", joined.get("showname"))
                self.joined = first and tuple(map(int, first.groups()))
            elif proto.get("name") == "http" and (values := values_of(proto)):
                answers = proto.find(".//field[@name='http.request_in']")
                frame = None if answers is None else int(answers.get("show"))
                place, request = self.place(proto), "method" in values
                yield Head(place, request, values, set(), frame, self.number, {})

    def place(self, proto):
        """A head stands in this frame's payload, or in the bytes that were put together."""
        code, method = "http.response.code", "http.request.method"
        found = [proto.find(".//field[@name='%s']/.." % name) for name in (code, method)]
        field = next(one for one in found if one is not None)
        line = bytes.fromhex(field.get("value") or "")
        at, segment = int(field.get("pos")), self.segments.get(self.number)
        offset = at - self.payload_at
        if segment and offset >= 0 and line and segment.payload[offset:].startswith(line):
            return segment.at(offset)
        frame, size = self.joined or (None, 0)
        first = self.segments.get(frame)
        return first and first.at(len(first.payload) - size + at)


def values_of(proto):
    """Of a message; none of what is only a part of a body."""

    def bytes_of(name):
        fields = proto.findall(".//field[@name='%s']" % name)
        return bytes.fromhex(fields[-1].get("value") or "") if fields else None

    status = bytes_of("http.response.code")
    if status is not None:
        return {"status": text(status)}
    method, host = bytes_of("http.request.method"), bytes_of("http.host")
    if method is None:
        return {}
    host = host and text(host.partition(b":")[2].strip())
    target = text(bytes_of("http.request.uri") or b"")
    return {"method": text(method), "target": target, "host": host}


def of_tshark(path):
    """[Head]"""
    segments = {int(one["frame.number"]): Segment(one) for one in frames_of_tshark(path)}
    command = ["tshark", "-n", "-r", path, "-o", "tcp.desegment_tcp_streams:TRUE"]
    out = run(*command, "-Y", "tcp && http", "-T", "pdml", "-J", "tcp http")
    out = NO_XML.sub(" ", out.decode(errors="replace"))
    try:
        packets = xml.etree.ElementTree.fromstring(out).findall("packet")
    except xml.etree.ElementTree.ParseError as error:
        raise Failed("tshark -T pdml: %s" % error) from error
    return [head for packet in packets for head in Packet(packet, segments).heads()]


def same(name, ours, theirs):
    """Whether a value is the same, as far as it was kept."""
    mine, yours = ours.values[name], theirs.values[name]
    original, redacted = ours.kept.get(name, (None, False))
    if name not in ours.kept or mine is None or yours is None:
        return (mine or "") == (yours or "")
    sizes = {min(len(yours), MOST), min(len(yours.encode()), MOST)}  # in Latin-1, in UTF-8
    if original is not None and original not in sizes:
        return False
    pattern = re.escape(mine)
    if redacted:
        pattern = pattern.replace("REDACTED", ".*").replace("://", "://(?:[^/]*@)?")
    cut = "truncated" in ours.flags
    return bool((re.match if cut else re.fullmatch)(pattern, yours, re.S))


def matched(ours, theirs):
    """[(ours, theirs)] at the same places; where there are several, in their order."""
    places = collections.defaultdict(list)
    for one in theirs:
        places[one.where, one.request].append(one)
    pairs = []
    for one in ours:
        if places[one.where, one.request]:
            pairs.append((one, places[one.where, one.request].pop(0)))
    return pairs


def compared(ours, theirs):
    both = matched(ours, theirs)
    known = {id(one) for pair in both for one in pair}
    alone = [one for one in ours if id(one) not in known]
    value = [pair for pair in both if not all(same(name, *pair) for name in pair[0].values)]
    return Compared(
        both,
        [one for one in theirs if id(one) not in known],
        [one for one in alone if not one.flags - HARMLESS],
        [one for one in alone if one.flags - HARMLESS],
        value,
        *compared_pairs(both),
    )


def compared_pairs(both):
    """(equal, different, absent here, absent there) of the responses that both have."""
    frames = {id(ours): theirs.frame for ours, theirs in both}
    found = [], [], [], []
    for ours, theirs in both:
        if ours.answers and theirs.answers:
            found[frames.get(id(ours.answers)) != theirs.answers].append((ours, theirs))
        elif ours.answers or theirs.answers:
            found[3 if ours.answers else 2].append((ours, theirs))
    return found
