# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Requests for curl, and what hdrtap must have made of them.

heads.py plan COUNT BASE_URL[,BASE_URL...] PLAN CONFIG [FILL]
    writes COUNT different requests to each server as JSON (PLAN) and as a curl configuration (CONFIG); FILL: bytes of a
    Cookie header
heads.py compare PLAN ANSWERS LOG [KEY=JSON...]
    compares LOG (hdrtap -f json) with the plan and with what curl was answered (ANSWERS), head by head; every head must
    have each KEY=JSON
"""
import json
import sys

METHODS = ["GET", "GET", "POST", "GET", "HEAD", "GET", "PUT", "DELETE", "OPTIONS", "PATCH", "GET", "BREW"]
KNOWN = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"}
ANSWER = r"%header{x-request-id}\t%{http_code}\t%header{server}\t%header{content-type}\t%header{location}\n"


def request(number, base):
    """One request: what is sent, in the names of hdrtap's JSON where there is one."""
    method = METHODS[number % len(METHODS)]
    path = f"/{'404/' if number % 7 == 0 else '301/' if number % 11 == 0 else ''}item/{number}"
    query = f"n={number}&text=a%20b" if number % 3 else None
    head = {
        "base": base,
        "method": method,
        "url.original": path + (f"?{query}" if query else ""),
        "url.path": path,
        "url.query": query,
        "user_agent.original": f"plan/{number} (test; {'x' * (number % 23)})",
        "id": f"id-{number:06}-{'z' * (number % 13)}",
        "host": f"host-{number}.test:8080" if number % 5 == 0 else base.split("/")[2],
        "body": f"body={number}" if method in ("POST", "PUT", "PATCH") else None,
        "close": number % 50 == 49,
        "referer": f"http://from.test/{number}" if number % 4 == 0 else None,
    }
    return head


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def config_lines(head, fill):
    base = head["base"]
    yield f"url = {quoted(base + head['url.original'])}"
    yield f"user-agent = {quoted(head['user_agent.original'])}"
    yield "head" if head["method"] == "HEAD" else f"request = {head['method']}"
    if head["body"]:
        yield f"data = {quoted(head['body'])}"
    if fill:
        yield f"header = {quoted('Cookie: ' + 'c' * fill)}"
    yield f"header = {quoted('X-Request-Id: ' + head['id'])}"
    if head["host"] != base.split("/")[2]:
        yield f"header = {quoted('Host: ' + head['host'])}"
    if head["referer"]:
        yield f"referer = {quoted(head['referer'])}"
    if head["close"]:
        yield 'header = "Connection: close"'
    yield 'output = "/dev/null"'
    yield f'write-out = "{ANSWER}"'
    yield "silent"
    yield "globoff"


def plan(count, bases, plan_file, config_file, fill="0"):
    heads = [request(number, base) for base in bases.split(",") for number in range(int(count))]
    with open(plan_file, "w", encoding="utf-8") as out:
        json.dump(heads, out)
    with open(config_file, "w", encoding="utf-8") as out:
        out.write("\nnext\n".join("\n".join(config_lines(head, int(fill))) for head in heads) + "\n")


def network_type(head):
    return "ipv6" if "[" in head["base"] else "ipv4"


def expected_request(head):
    known = head["method"] in KNOWN
    return {
        "hdrtap.kind": "request",
        "network.type": network_type(head),
        "network.protocol.version": "1.1",
        "http.request.method": head["method"] if known else "_OTHER",
        "http.request.method_original": None if known else head["method"],
        "url.original": head["url.original"],
        "url.path": head["url.path"],
        "url.query": head["url.query"],
        "server.address": host_name(head["host"]),
        "user_agent.original": head["user_agent.original"],
        "http.request.header.x-request-id": [head["id"]],
        "http.request.header.referer": [head["referer"]] if head["referer"] else None,
        "http.request.header.content-length": [str(len(head["body"]))] if head["body"] else None,
        "http.request.header.content-type": ["application/x-www-form-urlencoded"] if head["body"] else None,
        "http.response.status_code": None,
    }


def host_name(host):
    """Host without its port, and without the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:host.index("]")]
    return host.split(":")[0]


def expected_response(head, answer):
    ident, status, server, content_type, location = answer
    return {
        "hdrtap.kind": "response",
        "network.type": network_type(head),
        "network.protocol.version": "1.1",
        "http.response.status_code": int(status),
        "http.response.header.server": [server],
        "http.response.header.x-request-id": [ident],
        "http.response.header.content-type": [content_type] if content_type else None,
        "http.response.header.location": [location] if location else None,
        "http.request.method": None,
        "url.original": None,
    }


def differences(number, expected, got, always):
    for key, value in {**expected, **always}.items():
        if got.get(key) != value:
            yield f"{expected['hdrtap.kind']} {number}: {key} is {got.get(key)!r}, not {value!r}"


def compare(plan_file, answers_file, log_file, *always):
    with open(plan_file, encoding="utf-8") as source:
        heads = json.load(source)
    with open(answers_file, encoding="utf-8") as source:
        answers = [line.rstrip("\n").split("\t") for line in source]
    with open(log_file, encoding="utf-8") as source:
        records = [json.loads(line) for line in source]
    always = {key: json.loads(value) for key, value in (item.split("=", 1) for item in always)}
    wrong = []
    if [answer[0] for answer in answers] != [head["id"] for head in heads]:
        wrong.append("the test itself: curl's answers are not to the planned requests")
    if len(records) != 2 * len(heads):
        kinds = [record.get("hdrtap.kind") for record in records]
        wrong.append(f"{kinds.count('request')} requests and {kinds.count('response')} responses, "
                     f"not {len(heads)} each")
    pairs = zip(heads, answers, records[0::2], records[1::2])
    for number, (head, answer, request_record, response_record) in enumerate(pairs):
        wrong += differences(number, expected_request(head), request_record, always)
        wrong += differences(number, expected_response(head, answer), response_record, always)
    print("\n".join(wrong[:20]) or f"{len(heads)} requests and responses are as sent")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit({"plan": plan, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
