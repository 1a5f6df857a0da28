#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Reads a record log as user/log/FORMAT.md describes it, with nothing of hdrtap's own code.

log_reader.py DIR|SEGMENT...         one JSON object a record
log_reader.py --raw DIR|SEGMENT...   one line a record: UTC time in ns, the record's bytes in hexadecimal

Checks every checksum and every summary, and ends with exit status 1 at the first byte it cannot explain.
"""
import collections
import ctypes
import json
import os
import struct
import sys

MAGIC, FORMAT, SCHEMA = b"\x89hdrtap\n", 2, 2
BLOCK = struct.Struct("<8s16sIIHHI")
SEGMENT = struct.Struct("<HHIIIQQII72s40s")
SLOT = struct.Struct("<48sHBB4x")
INTERFACE = struct.Struct("<I16s")
BATCH = struct.Struct("<QQQqQIIIIIHHHHI")
INDEX = struct.Struct("<QII")
INDEX_ENTRY = struct.Struct("<QII")
INDEX_TAIL = struct.Struct("<II")
CHECKSUM = struct.Struct("<Q")
KIND_OPTIONAL, KIND_SEGMENT, KIND_BATCH, KIND_INDEX = 0x8000, 1, 2, 0x8003
KEEP, LENGTH = 0, 1  # modes
RESPONSE = 2  # kind of record
HOST_MAX, FILTER_BITS = 256, 6

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


def xxh3(data):
    return xxhash.XXH3_64bits(data, len(data))


def is_summed(data):
    """Whether the last 8 bytes are the checksum of those before."""
    return len(data) >= 8 and xxh3(data[:-8]) == CHECKSUM.unpack(data[-8:])[0]


class Block:
    """A block at an offset: what it says of itself, its head without the checksum, and what is behind the head."""

    def __init__(self, data, at):
        expect(at + BLOCK.size <= len(data), f"block at {at} is cut")
        magic, run, segment, self.length, self.kind, head_length, unused = BLOCK.unpack_from(data, at)
        expect(magic == MAGIC, f"no block at {at}")
        expect(head_length >= 48 and head_length % 8 == 0 and unused == 0, f"head of the block at {at}")
        expect(self.length % 8 == 0 and head_length + 8 <= self.length <= 4 << 20, f"length of the block at {at}")
        expect(at + self.length <= len(data), f"block at {at} is cut")
        expect(is_summed(data[at:at + head_length]), f"checksum of the head at {at}")
        expect(is_summed(data[at:at + self.length]), f"checksum of the block at {at}")
        self.at = at
        self.owner = run, segment
        self.head = data[at:at + head_length - 8]
        self.rest = data[at + head_length:at + self.length - 8]


def blocks(data):
    at = 0
    while at < len(data):
        block = Block(data, at)
        yield block
        at += block.length


def read_segment(block):
    """What a segment head says: record size, slots."""
    (format_, _unused, schema, compatible, record_size, _created, _key, slots, slot_size, _host,
     _boot) = SEGMENT.unpack_from(block.head, BLOCK.size)
    expect(format_ == FORMAT and (schema == SCHEMA or compatible <= SCHEMA), "version")
    at = 0
    names = []
    for _ in range(slots):
        names.append(text(SLOT.unpack_from(block.rest, at)[0]))
        at += slot_size
    return record_size, names


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


def mask(numbers):
    return sum({1 << min(number, 15) for number in numbers})


def host_key(mode, value):
    """What of a stored value of the slot "host" the filter is over."""
    if mode != KEEP:
        return value
    value = value[:HOST_MAX].lower()
    if value.startswith(b"["):
        return value[1:].split(b"]")[0]
    return value.split(b":")[0] if value.count(b":") == 1 else value


def may_have(filter_, key):
    """Whether the filter says that there may be such a host; without a filter there may be any."""
    low, high = xxh3(key) & 0xffffffff, xxh3(key) >> 32
    bits = ((low + i * high + (i ** 3 - i) // 6) % (8 * len(filter_)) for i in range(FILTER_BITS) if filter_)
    return all(filter_[bit // 8] >> bit % 8 & 1 for bit in bits)


def hosts(record, names):
    for entry, value in stored_values(record):
        if names[entry[0]] == "host" and entry[1] != LENGTH and value:
            yield host_key(entry[1], value)


def check_summary(records, names, kinds, statuses, filter_):
    fields = [fields_of(record) for record in records]
    expect(kinds == mask(f.kind for f in fields), "kinds")
    expect(statuses == mask(f.status // 100 for f in fields if f.kind == RESPONSE), "statuses")
    for record in records:
        for key in hosts(record, names):
            expect(may_have(filter_, key), f"filter without {key}")


def read_interfaces(data, count):
    """The names of a batch's interfaces, by index."""
    table = [INTERFACE.unpack_from(data, i * INTERFACE.size) for i in range(count)]
    indexes = [index for index, _name in table]
    expect(indexes == sorted(set(indexes)), "order of the interfaces")
    expect(all(name[0] and not name[-1] for _index, name in table), "name of an interface")
    return {index: text(name) for index, name in table}


def read_batch(block, numbers, record_size, names):
    """The UTC offset, the records, the losses and the interfaces' names of a batch. `numbers`: records of each run until here."""
    (first, last, _complete_until, offset, before, count, loss_count, codec, body_length, raw_length, kinds, statuses,
     filter_offset, filter_length, interface_count) = BATCH.unpack_from(block.head, BLOCK.size)
    filter_ = block.head[filter_offset:filter_offset + filter_length]
    expect(len(filter_) == filter_length and filter_length in (0, *(8 << i for i in range(9))), "filter")
    expect(before >= numbers.get(block.owner[0], 0), "number of records before the batch")
    numbers[block.owner[0]] = before + count
    losses = [LOSS.unpack_from(block.rest, i * LOSS.size) for i in range(loss_count)]
    at = loss_count * LOSS.size
    interfaces = read_interfaces(block.rest[at:], interface_count)
    at += interface_count * INTERFACE.size
    expect(0 <= len(block.rest) - at - body_length < 8, "bytes behind the body")
    expect(raw_length == count * record_size, "length of the records")
    records = records_of(codec, block.rest[at:at + body_length], count, record_size)
    times = [struct.unpack_from("<Q", record)[0] for record in records] or [0]
    expect((min(times), max(times)) == (first, last), "first and last time")
    check_summary(records, names, kinds, statuses, filter_)
    expect(interfaces.keys() <= {fields_of(record).ifindex for record in records}, "an interface of no record")
    return offset, records, losses, interfaces


def check_index(block, previous, batches):
    """An index says what the blocks said, of the batches that came after the index before it."""
    before, count, _unused = INDEX.unpack_from(block.head, BLOCK.size)
    expect(before == previous and count == len(batches), "index before, or number of entries")
    at = 0
    for batch in batches:
        fields = batch.head[BLOCK.size:]
        expect(INDEX_ENTRY.unpack_from(block.rest, at) == (batch.at, batch.length, len(fields)), "entry of an index")
        at += INDEX_ENTRY.size
        expect(block.rest[at:at + len(fields)] == fields, "head in an index")
        at += len(fields)
    expect(at == len(block.rest) - INDEX_TAIL.size, "bytes behind the entries")
    expect(INDEX_TAIL.unpack_from(block.rest, at) == (block.length, 0), "length at the end of an index")


def fields_of(record):
    return Fields._make(RECORD.unpack_from(record))


def stored_values(record):
    """Entry (slot, mode, stored, original) and stored bytes of each value, in wire order."""
    at = ARENA
    for i in range(fields_of(record).entry_count):
        entry = ENTRY.unpack_from(record, ENTRIES + i * ENTRY.size)
        yield entry, record[at:at + entry[2]]
        at += entry[2]


def values(record, names):
    """The values in wire order: element, mode, bytes, original length."""
    for (slot, mode, _stored, original), value in stored_values(record):
        yield {"element": names[slot] or ("target", "method")[slot], "mode": mode, "original": original,
               "value": value.decode("latin-1")}


def describe(record, offset, names, interfaces):
    fields = fields_of(record)
    return {"time": fields.time + offset, "sequence": fields.sequence, "source_port": fields.source_port,
            "destination_port": fields.destination_port, "cpu": fields.cpu, "status": fields.status,
            "interface": interfaces.get(fields.ifindex), "head_length": fields.head_length, "kind": fields.kind,
            "values": list(values(record, names))}


def segment_batches(path, numbers):
    """Of each batch the UTC offset, the records, the losses, the slots' names, the interfaces' names. `numbers`: records of each run."""
    with open(path, "rb") as file:
        data = file.read()
    owner = None
    for block in blocks(data):
        if block.kind == KIND_SEGMENT:
            owner = block.owner
            record_size, names = read_segment(block)
            batches, previous = [], 0
            if owner[1] == 0:
                numbers[owner[0]] = 0
            continue
        expect(block.owner == owner, "a block of another segment")
        if block.kind == KIND_BATCH:
            batches.append(block)
            offset, records, losses, interfaces = read_batch(block, numbers, record_size, names)
            yield offset, records, losses, names, interfaces
        elif block.kind == KIND_INDEX:
            check_index(block, previous, batches)
            batches, previous = [], block.at
        else:
            expect(block.kind & KIND_OPTIONAL, f"kind {block.kind} of the block at {block.at}; a newer reader is needed")


def segments_of(path):
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(".hdl"))


def print_segment(path, raw, numbers):
    for offset, records, losses, names, interfaces in segment_batches(path, numbers):
        for record in records:
            if raw:
                print(struct.unpack_from("<Q", record)[0] + offset, record.hex())
            else:
                print(json.dumps(describe(record, offset, names, interfaces)))
        for cpu, cause, count in losses:
            print(f"{path}: {count} records of CPU {cpu} were lost, cause {cause}", file=sys.stderr)


def main(arguments):
    raw = "--raw" in arguments
    numbers = {}
    for path in (a for a in arguments if a != "--raw"):
        for file in segments_of(path):
            print_segment(file, raw, numbers)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (NotTheFormat, struct.error) as error:
        sys.exit(f"log_reader.py: {error}")
