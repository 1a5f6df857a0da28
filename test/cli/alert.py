#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""hdrtap-alert's receivers: who is told what, who fails, who hangs, and what is left when it was killed."""
import http.server
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.environ.get("HDRTAP_ROOT") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
BIN = os.path.join(os.environ.get("HDRTAP_BUILD") or os.path.join(ROOT, "build-test"), "bin")
ALERT = os.path.join(BIN, "hdrtap-alert")
LIMIT = 60 * int(os.environ.get("HDRTAP_SLOWNESS", "1"))  # seconds for what normally takes one
TEMPORARY = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
MORNING = os.path.join(ROOT, "pcaps/510-morning.pcap")
LOG = os.path.join(TEMPORARY, "log")
OFTEN = "{alert: Often, when: too_often, by: client, limit: 10, window: 1m, where: path == /login}"
ERRORS = "{alert: Errors, when: status, status: 5xx, share: 1%, by: host, calls: 1, window: 10m}"
failed = False


def check(name, holds, why=""):
    global failed
    failed |= not holds
    print("ok %s" % name if holds else "FAIL %s: %s" % (name, str(why).replace("\n", " ")[-300:]), flush=True)


def wait_for(condition):
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers with the statuses of the server's list, the last one for good; 0: not at all."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        status = server.statuses.pop(0) if len(server.statuses) > 1 else server.statuses[0]
        server.requests.append((status, self.path, dict(self.headers), body))
        if not status:
            time.sleep(LIMIT)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"because \x1b[31m\n")

    def log_message(self, *args):
        pass


def receiver(*statuses, port=0):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    server.daemon_threads = True
    server.block_on_close = False
    server.statuses, server.requests = list(statuses), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = "http://127.0.0.1:%d" % server.server_address[1]
    return server


def told(server):
    """(alert, status) of each notice that was taken."""
    alarms = [json.loads(body)["alerts"][0] for status, _, _, body in server.requests if status == 200]
    return [(alarm["labels"]["alertname"], alarm["status"]) for alarm in alarms]


def write(name, text, mode=0o644):
    path = os.path.join(TEMPORARY, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def rules(receivers, *rules):
    return "receivers: [%s]\nrules:\n%s" % (", ".join(receivers), "".join("- %s\n" % rule for rule in rules))


def command(path, *more):
    return [ALERT, "--rules", path, "-r", LOG, *more]


def run(text, *more):
    """From the log's beginning to its end. Returns the exit status and what was said."""
    done = subprocess.run(command(write("rules.yaml", text), *more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    return done.returncode, done.stdout.decode()


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_config():
    def checked(text):
        done = subprocess.run([ALERT, "--check-config", "--rules", write("rules.yaml", text)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout.decode()

    check("config", checked(rules([], OFTEN)) == (0, ""), checked(rules([], OFTEN)))
    status, said = checked(rules([], OFTEN, "{alert: B, when: too_often, limit: x}"))
    check("config_place", status == 2 and "rules.yaml:4:38: limit must be a number" in said, said)
    status, said = checked(rules([], OFTEN, "{alert: B, when: silence, where: 'path ~ /a && foo'}"))
    check("config_where", status == 2 and re.search(r"rules.yaml:4:\d+: where: ", said), said)
    status, said = checked("rules: [\x01]")
    check("config_no_yaml", status == 2 and "rules.yaml:1:9: " in said, said)
    status, said = checked(rules([], "{alert: B, when: too_often, share: 0.01%, by: client, window: 1h}"))
    check("config_bound", status == 2 and "down to" in said and "raise 'share', --memory or 'every'" in said, said)
    done = subprocess.run([ALERT, "-r", LOG], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check("no_rules", done.returncode == 2 and b"give --rules" in done.stdout, done.stdout)
    status, said = run(rules([], "{alert: B, when: missing, field: 'request[x-none]'}"))
    check("field_not_recorded", "asks of the field x-none, which is not recorded" in said, said)


def test_webhook():
    good = receiver(200)
    status, said = run(rules(["{name: hook, webhook: '%s/path'}" % good.url], OFTEN, ERRORS))
    check("webhook", status == 0 and sorted(told(good)) == [("Errors", "firing"), ("Errors", "firing"), ("Often", "resolved")],
          told(good))
    _, path, headers, body = good.requests[0]
    body = json.loads(body)
    check("webhook_shape", path == "/path" and headers["Content-Type"] == "application/json" and body["version"] == "4" and
          body["receiver"] == "hook" and body["status"] == body["alerts"][0]["status"] and
          set(body["alerts"][0]) == {"status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"}, body)
    check("summary", re.search(r"3 notices taken by receivers, 0 refused, 0 tries failed, 0 dropped, 0 waiting", said), said)

    token = write("token", "Bearer s3cret\nmore\n", 0o600)
    good = receiver(200)
    run(rules(["{name: hook, webhook: '%s', authorization_file: %s}" % (good.url, token)], OFTEN))
    check("authorization", good.requests and good.requests[0][2].get("Authorization") == "Bearer s3cret", good.requests)

    busy = receiver(503, 500, 429, 200)
    service = Service(write("rules.yaml", rules(["{name: hook, webhook: '%s'}" % busy.url], OFTEN)))
    check("recovered", service.says("is told again, after 3 tries"), service.text())
    said = service.text()
    check("retried", told(busy) == [("Often", "resolved")] and said.count("was not told: status 503") == 1, said)
    service.end()
    check("answer_is_harmless", "\x1b" not in said and "because \\x1b[31m" in said, said)

    fussy = receiver(400)
    _, said = run(rules(["{name: hook, webhook: '%s'}" % fussy.url], OFTEN))
    check("refused", len(fussy.requests) == 1 and "refuses an alarm: status 400" in said and " 1 refused" in said, said)


def test_dead():
    """One that is not there and one that never answers hold up nobody."""
    good, slow = receiver(200), receiver(0)
    status, said = run(rules(["{name: dead, webhook: 'http://127.0.0.1:%d'}" % closed_port(),
                              "{name: slow, webhook: '%s', timeout: 500ms}" % slow.url,
                              "{name: good, webhook: '%s'}" % good.url], OFTEN, ERRORS))
    check("others_are_told", status == 0 and len(told(good)) == 3, said)
    check("dead_waits", "receiver 'dead' (webhook http://127.0.0.1:" in said and re.search(r"dropped, 3 waiting", said), said)


def test_command():
    out = os.path.join(TEMPORARY, "command.out")
    program = write("page", "#!/bin/bash\nprintf '%%s|' \"$@\" >>%s\ncat >>%s\n" % (out, out), 0o755)
    run(rules(["{name: page, command: [%s, 'a b', '$(id)', '; id']}" % program], OFTEN))
    with open(out, encoding="utf-8") as file:
        arguments, _, body = file.read().rpartition("|")
    check("command", arguments == "a b|$(id)|; id" and json.loads(body)["alerts"][0]["labels"]["alertname"] == "Often", arguments)

    program = write("sometimes", "#!/bin/bash\n[ -e %s/once ] || { touch %s/once; exit 3; }\ncat >%s\n" % (TEMPORARY, TEMPORARY, out), 0o755)
    _, said = run(rules(["{name: page, command: [%s]}" % program], OFTEN))
    with open(out, encoding="utf-8") as file:
        check("command_retried", "ended with status 3" in said and "Often" in file.read(), said)

    pid = os.path.join(TEMPORARY, "pid")
    program = write("hangs", "#!/bin/bash\nsleep 1000 &\necho $! >%s\nwait\n" % pid, 0o755)
    _, said = run(rules(["{name: page, command: [%s], timeout: 300ms}" % program], OFTEN))
    with open(pid, encoding="utf-8") as file:
        child = int(file.read())
    check("command_ends_in_time", "it did not end in time" in said, said)
    check("command_leaves_nothing", wait_for(lambda: not os.path.exists("/proc/%d" % child) or
                                             open("/proc/%d/stat" % child, encoding="ascii").read().split()[2] == "Z"))
    _, said = run(rules(["{name: page, command: [/nowhere/page]}"], OFTEN))
    check("command_missing", "No such file" in said, said)


def test_system_log():
    """In a mount namespace with sockets of ours in the places of syslog and the journal."""
    if os.geteuid():
        print("skip system_log: not root")
        return
    sockets = {}
    for name in ("syslog", "journal"):
        sockets[name] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sockets[name].bind(os.path.join(TEMPORARY, name))
        sockets[name].settimeout(LIMIT)
    path = write("rules.yaml", rules(["{name: s, syslog: true}", "{name: j, journal: true}", "{name: e, stderr: true}"], OFTEN))
    script = ("mount -t tmpfs none /run && mkdir -p /run/systemd/journal && ln -s %s/journal /run/systemd/journal/socket && "
              "mkdir %s/dev && mount --rbind /dev %s/dev && mount -t tmpfs none /dev && ln -s %s/syslog /dev/log && "
              "mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9 && exec \"$@\"" % ((TEMPORARY,) * 4))
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *command(path)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    said = done.stdout.decode()
    line = "Often: resolved: client 203.0.113.66: 10 calls in 1m"
    check("stderr", "hdrtap-alert: " + line in said, said)
    try:
        text = sockets["syslog"].recv(65536).decode()
        check("syslog", re.match(r"<29>hdrtap-alert\[\d+\]: " + line, text), text)
        text = sockets["journal"].recv(65536).decode()
        check("journal", "\nMESSAGE=" + line in "\n" + text and "\nHDRTAP_STATUS=resolved\n" in text and
              json.loads(re.search("HDRTAP_LABELS=(.*)\n", text)[1])["client"] == "203.0.113.66", text)
    except socket.timeout:
        check("system_log", False, said)


class Service:
    """Follows the log."""

    def __init__(self, path, *more):
        self.said = open(os.path.join(TEMPORARY, "service.err"), "w+b")
        self.process = subprocess.Popen(command(path, "--follow", *more), stdin=subprocess.DEVNULL, stderr=self.said)

    def text(self):
        self.said.seek(0)
        return self.said.read().decode()

    def says(self, text):
        return wait_for(lambda: text in self.text())

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(LIMIT)
        self.said.close()
        return status


def test_state():
    """Killed while a receiver is away: it is told after the next start, and who was told is not told again."""
    state = os.path.join(TEMPORARY, "state")
    good, port = receiver(200), closed_port()
    path = write("rules.yaml", rules(["{name: good, webhook: '%s'}" % good.url,
                                      "{name: away, webhook: 'http://127.0.0.1:%d'}" % port], OFTEN, ERRORS))
    service = Service(path, "--state", state)
    check("told_before", wait_for(lambda: len(told(good)) == 3) and service.says("'away'"), service.text())
    check("state_is_written", wait_for(lambda: os.path.exists(state)))
    time.sleep(2.5)  # what good has taken is in the state then
    service.end(signal.SIGKILL)
    check("killed_child_ends", wait_for(lambda: not subprocess.run(["pgrep", "-f", path], stdout=subprocess.PIPE,
                                                                   check=False).stdout))
    away = receiver(200, port=port)
    service = Service(path, "--state", state)
    check("told_after", wait_for(lambda: len(told(away)) == 3) and sorted(told(away)) == sorted(told(good)[:3]), told(away))
    check("not_told_twice", len(told(good)) == 3, told(good))
    check("ends", service.end() == 0)
    with open(state, "r+b") as file:
        file.seek(50)
        file.write(b"\xff\xff\xff")
    status, said = run(rules([], OFTEN), "--state", state)
    check("damaged_state", status == 1 and "it is damaged; remove the file" in said, said)
    away.server_close()


def test_child():
    """Without the process that delivers, the program fails, so that the service manager starts it again."""
    good = receiver(200)
    service = Service(write("rules.yaml", rules(["{name: good, webhook: '%s'}" % good.url], OFTEN)))
    wait_for(lambda: told(good))
    subprocess.run(["pkill", "-KILL", "-P", str(service.process.pid)], check=True)
    check("child_is_missed", service.says("the process that delivers alarms is gone"), service.text())
    check("child_fails", service.process.wait(LIMIT) == 1)


def test_reload():
    good = receiver(200)
    hook = "{name: good, webhook: '%s'}" % good.url
    path = write("rules.yaml", rules([hook], OFTEN, ERRORS))
    service = Service(path)
    check("reload_begins", wait_for(lambda: len(told(good)) == 3), service.text())
    write("rules.yaml", "rules: [x]")
    service.process.send_signal(signal.SIGHUP)
    check("reload_refused", service.says("rules.yaml:1:9: a rule must be a mapping") and service.says("nothing was changed"),
          service.text())
    write("rules.yaml", rules([hook, "{name: more, stderr: true}"], OFTEN, "{alert: All, when: too_often, limit: 1}"))
    service.process.send_signal(signal.SIGHUP)
    check("rule_gone_is_over", wait_for(lambda: told(good)[3:] == [("Errors", "resolved"), ("Errors", "resolved")]), told(good))
    check("new_receiver_is_told", service.says("Errors: firing"), service.text())
    check("reload_ends", service.end() == 0)


def a_day_later(path):
    """A capture with its times moved; its path."""
    with open(path, "rb") as file:
        capture = bytearray(file.read())
    at = 24
    while at < len(capture):
        seconds, _, size = struct.unpack_from("<III", capture, at)
        struct.pack_into("<I", capture, at, seconds + 86400)
        at += 16 + size
    moved = os.path.join(TEMPORARY, "moved.pcap")
    with open(moved, "wb") as file:
        file.write(capture)
    return moved


def record(path):
    subprocess.run([os.path.join(BIN, "hdrtap"), "-q", "-r", path, "-w", LOG], check=True)


def test_learning():
    """A rule that comes with SIGHUP learns from then on, whatever was known at the start. The log grows: this test is the last."""
    state = os.path.join(TEMPORARY, "learning")
    good = receiver(200)
    hook = "{name: good, webhook: '%s'}" % good.url
    path = write("rules.yaml", rules([hook], OFTEN, ERRORS))
    service = Service(path, "--state", state)
    check("learning_begins", wait_for(lambda: len(told(good)) == 3) and service.end() == 0)
    written = os.stat(state).st_mtime_ns
    service = Service(path, "--state", state)
    check("learning_goes_on", wait_for(lambda: os.stat(state).st_mtime_ns > written), service.text())
    write("rules.yaml", rules([hook], OFTEN, "{alert: New, when: new_value, field: client, learn: 2h}"))
    service.process.send_signal(signal.SIGHUP)
    check("learning_reloads", wait_for(lambda: told(good)[3:] == [("Errors", "resolved"), ("Errors", "resolved")]), told(good))
    record(a_day_later(MORNING))
    check("next_day", wait_for(lambda: len(told(good)) > 5), service.text())
    check("learning_ends", service.end() == 0)
    check("still_learning", not [alert for alert, _ in told(good) if alert == "New"], told(good))


def main():
    record(MORNING)
    for test in (test_config, test_webhook, test_dead, test_command, test_system_log, test_state, test_child, test_reload,
                 test_learning):
        test()
    subprocess.run(["rm", "-rf", TEMPORARY], check=True)
    sys.exit(failed)


main()
