#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#
# libmicrohttpd 0.9.75 (Debian 12), started on a listening socket of the caller (MHD_OPTION_LISTEN_SOCKET).
# Expected: when MHD_start_daemon() fails and returns NULL, nothing has happened, and the socket is still the caller's: a server that
#   reads a new key that does not fit goes on with the old one, on the same port.
# Behaviour: the socket is closed. The port refuses connections, and the number may belong to another file when it is used again.
# Seen: with key and certificate of one pair it starts and the socket is open; with those of two, it does not start and the socket is
#   closed. A duplicate of the socket stays open, so one per start is the way out.
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
unpack libmicrohttpd12=0.9.75-6

for pair in one other; do
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$FOLDER/$pair.key" -out "$FOLDER/$pair.crt" -days 2 -subj /CN=finding.example 2>"$FOLDER/openssl.log"
done

# start KEY CERTIFICATE: whether it starts, and what became of the socket that it was given and of a duplicate.
start() {
	unpacked python3 - "$FOLDER/$1" "$FOLDER/$2" <<'END'
import ctypes, os, socket, sys

USE_TLS, USE_INTERNAL_POLLING_THREAD = 2, 8
END, HTTPS_MEM_KEY, HTTPS_MEM_CERT, LISTEN_SOCKET = 0, 8, 9, 12

def state(fd):
    """Closed, too, when the number is that of another file now."""
    try:
        return "open" if os.path.samestat(os.fstat(fd), socket_was) else "closed"
    except OSError:
        return "closed"

library = ctypes.CDLL("libmicrohttpd.so.12")
library.MHD_start_daemon.restype = ctypes.c_void_p
key, certificate = (open(path, "rb").read() for path in sys.argv[1:])
listening = socket.create_server(("127.0.0.1", 0)).detach()
duplicate, socket_was = os.dup(listening), os.fstat(listening)
answer = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 0)
daemon = library.MHD_start_daemon(
    ctypes.c_uint(USE_TLS | USE_INTERNAL_POLLING_THREAD), ctypes.c_ushort(0), None, None, answer, None,
    ctypes.c_int(LISTEN_SOCKET), ctypes.c_int(listening), ctypes.c_int(HTTPS_MEM_KEY), ctypes.c_char_p(key),
    ctypes.c_int(HTTPS_MEM_CERT), ctypes.c_char_p(certificate), ctypes.c_int(END))
print("it starts" if daemon else "it does not start", f"its socket is {state(listening)}", f"a duplicate is {state(duplicate)}", sep=", ")
sys.stdout.flush()
os._exit(0)
END
}

expect 'key and certificate of one pair' "$(start one.key one.crt)" 'it starts, its socket is open, a duplicate is open'
expect 'of two' "$(start other.key one.crt)" 'it does not start, its socket is closed, a duplicate is open'
