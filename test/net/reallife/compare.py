# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""compare.py SERVER PORT ACCESS_LOG RECORDS [--flagged]: hdrtap's records (-f json) of one server against its own access log.

For every connection, the requests of the log and the request records are the same in the same order: method, target, version,
Host, User-Agent; and the status in the log is that of the one final response that names the request as its own. Nothing
more, nothing less.

--flagged, for lines that lose so much that segments are given up: hdrtap says so wherever it is not sure. Where a request is missing
the next record has such a flag, and so has a record that is no request of the log.
"""
import collections
import ipaddress
import json
import re
import sys

Request = collections.namedtuple("Request", "method target version host agent")
UNSURE = {"gap", "resync", "incomplete", "unsolicited", "unpaired"}
ABSENT = ("", "-")  # how the servers log a header that was not sent


def unescaped(text):
    """Undoes what apache and varnish do to bytes they do not log as they are."""
    data = re.sub(rb"\\(?:x([0-9a-f]{2})|(.))",
                  lambda found: bytes([int(found[1], 16)]) if found[1] else found[2], text.encode("latin-1"))
    return data.decode("latin-1")


def header(value):
    return None if value in ABSENT else value


def client(address, port):
    return str(ipaddress.ip_address(address)), int(port)


def from_tabs(line):
    """A line of tab-separated fields, see servers.sh: client, status, request."""
    address, port, request, status, host, agent = line.split("\t")
    method, target, version = request.split(" ")
    return client(address, port), int(status), Request(method, target, version, header(host), header(agent))


def from_caddy(line):
    entry = json.loads(line)
    request = entry["request"]
    agent = request["headers"].get("User-Agent", [""])[0]
    sent = Request(request["method"], request["uri"], request["proto"], header(request["host"]), header(agent))
    return client(request["remote_ip"], request["remote_port"]), entry["status"], sent


def read_log(server, file):
    """{client: [(status, request)...]}, what came over the server's loopback left out."""
    connections = collections.defaultdict(list)
    with open(file, encoding="utf-8" if server == "caddy" else "latin-1", newline="\n") as source:
        for line in source:
            line = line.rstrip("\n")
            if server in ("apache", "varnish"):
                line = unescaped(line)
            end, status, request = from_caddy(line) if server == "caddy" else from_tabs(line)
            connections[end].append((status, request))
    return connections


def as_logged(server, request):
    """The request as the server logs it: varnish takes the host out of an absolute target (RFC 9112 section 3.2.2) and
    writes hosts in lower case, caddy logs the host of an absolute target."""
    absolute = re.match(r"http://([^/]*)(/.*)", request.target)
    if server == "varnish":
        host = request.host and request.host.lower()
        return request._replace(target=absolute[2] if absolute else request.target, host=host)
    return request


def flags(record):
    return record.get("hdrtap.flags", [])


def read_request(record):
    get = record.get
    method = get("http.request.method_original") or get("http.request.method")
    return Request(method, get("url.original"), f"HTTP/{get('network.protocol.version')}",
                   header(get("http.request.header.host", [""])[0]), header(get("user_agent.original", "")))


def read_records(file, port):
    """{client: [[record, response records...]...]}, as they stand in the stream: a segment that overtook another has an
    earlier time; and {client: [responses to no request...]}."""
    connections, by_number, unasked = collections.defaultdict(list), {}, collections.defaultdict(list)
    with open(file, encoding="utf-8") as source:
        for record in map(json.loads, source):
            if record["hdrtap.kind"] == "request" and record["destination.port"] == port:
                exchange = [record]
                connections[client(record["source.address"], record["source.port"])].append(exchange)
                by_number[record["hdrtap.cpu"], record["hdrtap.sequence"]] = exchange
            elif record["hdrtap.kind"] == "response" and record["source.port"] == port:
                number = record.get("hdrtap.request.cpu"), record.get("hdrtap.request.sequence")
                if number in by_number:
                    by_number[number].append(record)
                else:
                    unasked[client(record["destination.address"], record["destination.port"])].append(record)
    for exchanges in connections.values():
        first = exchanges[0][0]["hdrtap.tcp_seq"]
        exchanges.sort(key=lambda exchange, first=first: (exchange[0]["hdrtap.tcp_seq"] - first + 2**31) % 2**32)
    return connections, unasked


def final_statuses(exchange):
    statuses = [record["http.response.status_code"] for record in exchange[1:]]
    return [status for status in statuses if status >= 200 or status == 101]


def compare_connection(end, logged, exchanges, server):
    """One difference is enough: what follows it is out of step."""
    for i, (status, request) in enumerate(logged):
        where = f"port {end[1]}, request {i + 1} of {len(logged)}"
        if i >= len(exchanges):
            yield f"{where}: no record: {request.method} {request.target}"
            return
        seen = as_logged(server, read_request(exchanges[i][0]))
        if seen != request:
            yield f"{where}: {request} logged as {seen}, flags {flags(exchanges[i][0])}"
            return
        if final_statuses(exchanges[i]) != [status]:
            yield f"{where}: {request.method} {request.target}: status {status}, but {final_statuses(exchanges[i])}"
    for exchange in exchanges[len(logged):]:
        yield f"port {end[1]}: beyond the log: {read_request(exchange[0])}, flags {flags(exchange[0])}"


def compare_unasked(end, responses, asked):
    """haproxy tells a client that closes without a request that this is a bad one, and does not log it."""
    for record in responses:
        if asked or "unsolicited" not in flags(record):
            yield f"port {end[1]}: {record['http.response.status_code']} without its request, flags {flags(record)}"


def unsure(record):
    return not UNSURE.isdisjoint(flags(record))


def compare_unsure(end, logged, exchanges, unasked, server):
    """What is wrong all the same on a connection with flags: a request that is missing although what comes next was sure, a record
    that is not in the log and has no flag, an answer that is another request's."""
    logged, last = list(logged), []
    for exchange in exchanges:
        request, last = as_logged(server, read_request(exchange[0])), exchange
        if any(request == later for _, later in logged):
            if logged[0][1] != request and not unsure(exchange[0]):
                yield f"port {end[1]}: {logged[0][1].target} is missing, and {request.target} behind it has no flag"
            while logged[0][1] != request:
                logged.pop(0)
            status = logged.pop(0)[0]
            if final_statuses(exchange) not in ([], [status]) and not any(map(unsure, exchange)):
                yield f"port {end[1]}: {request.target}: status {status}, but {final_statuses(exchange)}, without a flag"
        elif not unsure(exchange[0]):
            yield f"port {end[1]}: {request} is not in the log, and has no flag"
    if logged and not any(map(unsure, last + unasked)):
        yield f"port {end[1]}: {logged[0][1].target} is missing, without a flag"


def differences(end, logged, exchanges, unasked, server, flagged):
    """(what is wrong, whether the connection has flags that explain differences)."""
    wrong = [*compare_connection(end, logged, exchanges, server), *compare_unasked(end, unasked, logged or exchanges)]
    records = [record for exchange in exchanges for record in exchange] + unasked
    if not flagged or not wrong or not any(map(unsure, records)):
        return wrong, False
    return [*compare_unsure(end, logged, exchanges, unasked, server)], True


def main(server, port, log, records, mode=None):
    logged = read_log(server, log)
    seen, unasked = read_records(records, int(port))
    wrong, explained = [], 0
    for end in sorted({*logged, *seen, *unasked}):
        more, flagged = differences(end, logged[end], seen[end], unasked[end], server, mode == "--flagged")
        wrong += more
        explained += flagged
    count = sum(map(len, logged.values()))
    if not count:
        wrong.append("the access log is empty")
    if explained > len(logged) // 5:
        wrong.append(f"{explained} connections have differences with flags")
    for text in wrong[:20]:
        print(text)
    print(f"{len(wrong)} differences in {count} requests" if wrong else
          f"{count} requests on {len(logged)} connections are in both"
          + (f", {explained} connections have differences with flags" if explained else ""))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
