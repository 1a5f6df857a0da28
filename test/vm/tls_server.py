# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""An HTTPS server for whose answers the kernel encrypts, if it can: tls_server.py PORT KEY CERTIFICATE."""
import http.server
import ssl
import sys

ENABLE_KTLS = 8  # SSL_OP_ENABLE_KTLS of OpenSSL 3, which Python 3.11 has no name for

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.options |= ENABLE_KTLS
context.load_cert_chain(sys.argv[3], sys.argv[2])
server = http.server.HTTPServer(("", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
