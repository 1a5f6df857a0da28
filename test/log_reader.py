#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Reads a record log as user/log/FORMAT.md describes it, with nothing of hdrtap's own code.

log_reader.py DIR|SEGMENT...         one JSON object a record
log_reader.py --raw DIR|SEGMENT...   one line a record: UTC time in ns, the record's bytes in hexadecimal

Checks every checksum, and ends with exit status 1 at the first byte it cannot explain.
"""
import collections
import ctypes
import json
import os
import struct
import sys

BLOCK = struct.Struct("<8s16sII")
SEGMENT = struct.Struct("<HHIIIQQIIII72s40s")
SLOT = struct.Struct("<48sHBB4x")
INTERFACE = struct.Struct("<I4x16s")
BATCH = struct.Struct("<QQqIIIIII")
LOSS = struct.Struct("<IIQ")
RECORD = struct.Struct("<8Q16s16s16s6H6xH2I8x3IHH8B2B2B64x")
ENTRY = struct.Struct("<BBHH")
ENTRIES, ARENA = 240, 384
Fields = collections.namedtuple(
    "Fields", "time sequence flags names body_size latency paired_sequence service source destination client "
    "source_port destination_port client_port cpu paired_cpu status header_count ifindex tcp_sequence mpls "
    "head_length depth element_set arena_used omitted kind method paired_method version framing direction hook "
    "tunnel inner_tunnel vlan_count entry_count")

xxhash = ctypes.CDLL("libxxhash.so.0")
xxhash.XXH3_64bits.restype = ctypes.c_uint64
xxhash.XXH3_64bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
zstd = ctypes.CDLL("libzstd.so.1")
zstd.ZSTD_decompress.restype = ctypes.c_size_t
zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]


class NotTheFormat(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise NotTheFormat(what)


def text(field):
    return field.split(b"\0", 1)[0].decode()


def blocks(data):
    """Each block's magic, run id, segment number, and the bytes between these and the checksum."""
    at = 0
    while at < len(data):
        magic, run, segment, length = BLOCK.unpack_from(data, at)
        expect(magic in (b"\x89hdrtapS", b"\x89hdrtapB"), f"no block at {at}")
        expect(length % 8 == 0 and at + length <= len(data), f"block at {at} is cut")
        summed = data[at:at + length - 8]
        checksum, = struct.unpack_from("<Q", data, at + length - 8)
        expect(xxhash.XXH3_64bits(summed, len(summed)) == checksum, f"checksum of the block at {at}")
        yield magic[-1:], run, segment, summed
        at += length


def read_head(block):
    """What a segment head says: record size, slots, interfaces."""
    (format_, head_length, schema, compatible, record_size, _created, _key, slots, slot_size, interfaces,
     interface_size, _host, _boot) = SEGMENT.unpack_from(block, BLOCK.size)
    expect(format_ == 1 and (schema == 2 or compatible <= 2), "version")
    at = head_length
    names = []
    for _ in range(slots):
        names.append(text(SLOT.unpack_from(block, at)[0]))
        at += slot_size
    found = {}
    for _ in range(interfaces):
        index, name = INTERFACE.unpack_from(block, at)
        found[index] = text(name)
        at += interface_size
    return record_size, names, found


def decompressed(body, most):
    to = ctypes.create_string_buffer(most)
    size = zstd.ZSTD_decompress(to, most, body, len(body))
    expect(size <= most, "zstd frame")
    return to.raw[:size]


def of_changes(changes, count, record_size):
    """The records that changes say."""
    marks, at, last, records = (record_size + 255) // 256, 0, [bytes(record_size)] * 2, []
    for _ in range(count):
        line, record = changes[at], bytearray(last[changes[at]])
        bits = int.from_bytes(changes[at + 1:at + 1 + marks], "little")
        at += 1 + marks
        for begin in range(0, record_size, 32):
            if bits >> begin // 32 & 1:
                end = min(begin + 32, record_size)
                record[begin:end] = (a ^ b for a, b in zip(record[begin:end], changes[at:at + end - begin], strict=True))
                at += end - begin
        last[line] = bytes(record)
        records.append(last[line])
    expect(at == len(changes), "bytes behind the changes")
    return records


def records_of(codec, body, count, record_size):
    expect(codec in range(4), f"codec {codec}")
    if codec & 1:
        body = decompressed(body, count * (record_size + record_size // 4))
    if codec & 2:
        return of_changes(body, count, record_size)
    expect(len(body) == count * record_size, "records of a batch")
    return [body[i:i + record_size] for i in range(0, len(body), record_size)]


def read_batch(block, record_size):
    """The UTC offset, the records, and the losses of a batch."""
    (first, last, offset, count, loss_count, codec, body_length, raw_length,
     head_length) = BATCH.unpack_from(block, BLOCK.size)
    losses = [LOSS.unpack_from(block, head_length + i * LOSS.size) for i in range(loss_count)]
    at = head_length + loss_count * LOSS.size
    expect(len(block) - at - body_length < 8, "bytes behind the body")
    expect(raw_length == count * record_size, "length of the records")
    records = records_of(codec, block[at:at + body_length], count, record_size)
    times = [struct.unpack_from("<Q", record)[0] for record in records]
    expect(not times or (min(times), max(times)) == (first, last), "first and last time")
    return offset, records, losses


def fields_of(record):
    return Fields._make(RECORD.unpack_from(record))


def values(record, names):
    """The values in wire order: element, mode, bytes, original length."""
    at = ARENA
    for i in range(fields_of(record).entry_count):
        slot, mode, stored, original = ENTRY.unpack_from(record, ENTRIES + i * ENTRY.size)
        yield {"element": names[slot] or ("target", "method")[slot], "mode": mode, "original": original,
               "value": record[at:at + stored].decode("latin-1")}
        at += stored


def describe(record, offset, names, interfaces):
    fields = fields_of(record)
    return {"time": fields.time + offset, "sequence": fields.sequence, "source_port": fields.source_port,
            "destination_port": fields.destination_port, "cpu": fields.cpu, "status": fields.status,
            "interface": interfaces.get(fields.ifindex), "head_length": fields.head_length, "kind": fields.kind,
            "values": list(values(record, names))}


def segment_batches(path):
    """Of each batch the UTC offset, the records, the losses, the slots' names, the interfaces."""
    with open(path, "rb") as file:
        data = file.read()
    current = None
    for kind, run, segment, block in blocks(data):
        if kind == b"S":
            current = run, segment
            record_size, names, interfaces = read_head(block)
            continue
        expect(current == (run, segment), "a batch of another segment")
        yield (*read_batch(block, record_size), names, interfaces)


def segments_of(path):
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(".hdl"))


def print_segment(path, raw):
    for offset, records, losses, names, interfaces in segment_batches(path):
        for record in records:
            if raw:
                print(struct.unpack_from("<Q", record)[0] + offset, record.hex())
            else:
                print(json.dumps(describe(record, offset, names, interfaces)))
        for cpu, cause, count in losses:
            print(f"{path}: {count} records of CPU {cpu} were lost, cause {cause}", file=sys.stderr)


def main(arguments):
    raw = "--raw" in arguments
    for path in (a for a in arguments if a != "--raw"):
        for file in segments_of(path):
            print_segment(file, raw)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (NotTheFormat, struct.error) as error:
        sys.exit(f"log_reader.py: {error}")
