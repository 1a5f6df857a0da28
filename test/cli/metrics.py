# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""metrics.py HOSTILE MANY: writes captures.

HOSTILE: requests with tenants that mean something in Prometheus' formats. MANY: requests to a thousand hosts.
"""
import sys

from captures import capture

TENANTS = [b'a"} 1\\n', b'"', b"\\", b"back\\", b'x",le="1', b"# HELP", b"\xff\xfe", "\u00e4\u202e".encode(), b"\x1b[2J", b"", b"other", b"plain"]


def write(path, heads):
    with open(path, "wb") as file:
        file.write(capture(len(heads), heads=heads))


write(sys.argv[1], [b"GET /users/%d HTTP/1.1\r\nHost: t.test\r\nX-Tenant: %s\r\n\r\n" % (number, tenant) for number, tenant in enumerate(TENANTS)])
write(sys.argv[2], [b"GET / HTTP/1.1\r\nHost: host%d.test\r\n\r\n" % number for number in range(1000)])
