#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Every file is in a room, every include names the room it enters, and rooms depend on each other in one direction only.

A room is a folder of source files. Its README.md says what comes in, what goes out and what new code may do, and ends with a line
`Uses: ROOM...`: the rooms that its files include.
"""
import collections
import os
import re
import subprocess
import sys

ROOT = os.environ.get("HDRTAP_ROOT") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
CONTRACT = {name + ".h" for name in ("config", "counters", "elements", "log", "names", "record", "secrets", "settings", "types", "where")}
LOOSE = {  # what may stand outside the rooms
    "user": {"main.c", "CMakeLists.txt", "README.md"},
    "include/hdrtap": CONTRACT | {"README.md"},
}
MAY_INCLUDE = {  # a part of the tree, and the parts beside itself that it may include
    "include": (),
    "bpf": ("include",),
    "tc": ("include", "bpf"),
    "xdp": ("include", "bpf"),
    "user": ("include",),
    "tools": ("include", "user", "tools/lib"),
}
SKELETON = re.compile(r"(tc|xdp)\.skel\.h$")  # made when tc/ and xdp/ are built: how user space loads them
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')

Include = collections.namedtuple("Include", "file line quote name target")


def tracked():
    """Tracked and new files, without the ignored ones."""
    names = subprocess.run(["git", "-c", "safe.directory=" + os.path.realpath(ROOT), "ls-files", "-z", "--cached", "--others",
                            "--exclude-standard", "--", *MAY_INCLUDE], check=True, stdout=subprocess.PIPE).stdout.decode()
    return sorted(name for name in names.split("\0") if os.path.isfile(name))


def find(files, includer, quote, name):
    """The file that an include means; None: a header of the system, or none that exists."""
    folders = ["include", "user", "tools", "."]
    if quote == '"':
        folders.insert(0, os.path.dirname(includer))
    for folder in folders:
        path = os.path.normpath(os.path.join(folder, name))
        if path in files:
            return path
    return name.split(".")[0] + "/" + name if SKELETON.match(name) else None


def read_includes(files):
    includes = []
    for file in sorted(files):
        if not file.endswith((".c", ".h")):
            continue
        with open(file, encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                match = INCLUDE.match(text)
                if match:
                    includes.append(Include(file, number, *match.groups(), find(files, file, *match.groups())))
    return includes


def room(file):
    """The room's name in `Uses:` lines."""
    folder = os.path.dirname(file)
    if folder == "include/hdrtap":
        return "contract"
    return re.sub("^(include/hdrtap|user)/", "", folder)


def part(file):
    """What stands and falls as one: a part of the tree; of tools/ every folder by itself."""
    return "/".join(file.split("/")[:2]) if file.startswith("tools/") else file.split("/")[0]


class Tree:
    def __init__(self):
        self.files = set(tracked())
        self.includes = read_includes(self.files)
        self.rooms = {room(file): os.path.dirname(file) for file in sorted(self.files)
                      if file.endswith((".c", ".h")) and os.path.dirname(file) != "user"}
        self.uses = {name: self.read_uses(folder + "/README.md") for name, folder in self.rooms.items()}

    def lines(self, file):
        """(number, line) of a file, none if it does not exist."""
        if file not in self.files:
            return []
        with open(file, encoding="utf-8") as lines:
            return list(enumerate(lines, 1))

    def read_uses(self, readme):
        """{room: line of the README}"""
        return {name: number for number, text in self.lines(readme) if text.startswith("Uses:")
                for name in text.split()[1:] if name != "none"}

    def arrows(self):
        """{room: {other room: its first include there}}"""
        arrows = {name: {} for name in self.rooms}
        for include in self.includes:
            here, there = room(include.file), include.target and room(include.target)
            if here in arrows and there and there != here:
                arrows[here].setdefault(there, include)
        return arrows

    def unit_arrows(self):
        """{X: {Y: an include}} where X.c or X.h includes Y.h and there is Y.c."""
        arrows = collections.defaultdict(dict)
        for include in self.includes:
            here, there = include.file[:-2], (include.target or "")[:-2]
            if here.startswith("user/") and here != there and there + ".c" in self.files and there.startswith("user/"):
                arrows[here].setdefault(there, include)
        return arrows


def at(include):
    return "%s:%d: " % (include.file, include.line)


def spelled(include):
    return ("<%s>" if include.quote == "<" else '"%s"') % include.name


def expected(include):
    """How an include of this file is written here."""
    target = include.target
    if target.startswith("include/"):
        return "<%s>" % target[len("include/"):]
    if target.startswith("user/"):
        return '"%s"' % target[len("user/"):]
    if SKELETON.search(target):
        return '"%s"' % os.path.basename(target)
    if target.startswith("tools/lib/") and not include.file.startswith("tools/lib/"):
        return '"%s"' % target[len("tools/"):]
    return '"%s"' % os.path.relpath(target, os.path.dirname(include.file))


def cycles(arrows):
    """The shortest way from each node back to itself; of those with an arrow in common the shortest."""
    found, arrows_seen = [], set()
    for start in sorted(arrows):
        ways = collections.deque([[start]])
        seen = set()
        while ways:
            way = ways.popleft()
            for there in sorted(arrows.get(way[-1], ())):
                if there == start:
                    found.append(way)
                    ways.clear()
                    break
                if there not in seen:
                    seen.add(there)
                    ways.append(way + [there])
    for way in sorted(found, key=len):
        steps = set(zip(way, way[1:] + way[:1]))
        if not steps & arrows_seen:
            yield way
        arrows_seen |= steps


def say_cycles(arrows):
    for way in cycles(arrows):
        steps = [arrows[here][there] for here, there in zip(way, way[1:] + way[:1])]
        yield "%s%s is a cycle; move what they share into one of them, or below both. The includes: %s" % (
            at(steps[0]), " -> ".join(way + way[:1]), ", ".join("%s:%d" % (step.file, step.line) for step in steps))


def loose_files(tree):
    for file in sorted(tree.files):
        folder, name = os.path.split(file)
        if name not in LOOSE.get(folder, {name}):
            yield "%s:1: loose in %s/; move it into a room" % (file, folder)


def readmes(tree):
    for folder in sorted(tree.rooms.values()):
        if folder + "/README.md" not in tree.files:
            yield "%s/README.md:1: missing; write one as other rooms have it" % folder
            continue
        text = "".join(line for _, line in tree.lines(folder + "/README.md"))
        for begin in ("# ", "* In: ", "* Out: ", "* New code: ", "Uses: "):
            if len(re.findall("^" + re.escape(begin), text, re.M)) != 1:
                yield "%s/README.md:1: not one line begins with '%s'; write the README as other rooms have it" % (folder, begin)


def room_names(tree):
    """`Uses:` means one room with every name."""
    folders = {os.path.dirname(file) for file in tree.files if file.endswith((".c", ".h"))} - {"user"}
    for folder in sorted(folders - set(tree.rooms.values())):
        yield "%s/README.md:1: %s has the same name in 'Uses:'; rename one" % (folder, tree.rooms[room(folder + "/")])


def includes_exist(tree):
    for include in tree.includes:
        if not include.target and (include.quote == '"' or include.name.startswith("hdrtap/")):
            yield at(include) + "there is no %s; name the file by its room, \"ROOM/FILE.h\" or <hdrtap/ROOM/FILE.h>" % spelled(include)


def includes_name_room(tree):
    for include in tree.includes:
        if include.target and spelled(include) != expected(include):
            yield at(include) + "%s does not name the room it enters; write %s" % (spelled(include), expected(include))


def parts_one_way(tree):
    for include in tree.includes:
        if not include.target or SKELETON.search(include.target):
            continue
        here, there = part(include.file), part(include.target)
        if here != there and there not in MAY_INCLUDE[here.split("/")[0]]:
            yield at(include) + "%s/ may not include %s, which belongs to %s/; move what both need to where both may include it" % (
                here, spelled(include), there)


def uses_all(tree):
    for name, arrows in sorted(tree.arrows().items()):
        for there, include in sorted(arrows.items()):
            if there not in tree.uses[name]:
                yield at(include) + "%s may not include %s; if that is the right way round, add %s to 'Uses:' in %s/README.md, else move " \
                    "what both need, or pass it as an argument" % (name, spelled(include), there, tree.rooms[name])


def uses_no_more(tree):
    for name, arrows in sorted(tree.arrows().items()):
        for there, line in sorted(tree.uses[name].items()):
            if there not in arrows:
                why = "no file here includes anything of it" if there in tree.rooms else "there is no such room"
                yield "%s/README.md:%d: lists %s, but %s; remove it" % (tree.rooms[name], line, there, why)


def order(tree):
    """The table in user/README.md: a row per room, each below those it uses."""
    rows = {text.split("[")[1].split("]")[0]: number for number, text in tree.lines("user/README.md") if text.startswith("| [")}
    rooms = {name for name, folder in tree.rooms.items() if folder.startswith("user/")}
    for name in sorted(rooms - set(rows)):
        yield "user/README.md:1: no row for %s; add one below the rooms it uses" % name
    for name in sorted(set(rows) - rooms):
        yield "user/README.md:%d: there is no room %s; remove the row" % (rows[name], name)
    for name in sorted(rooms & set(rows)):
        for there in sorted(set(tree.uses[name]) & set(rows)):
            if rows[there] > rows[name]:
                yield "user/README.md:%d: %s stands above %s, which it uses; move it below" % (rows[name], name, there)


def own_headers(tree):
    for file in sorted(tree.files):
        if re.match(r"user/.+/.+\.c$", file) and file[:-1] + "h" not in tree.files:
            yield "%s:1: has no header of its own name; declare what others call in %sh, or make the file part of another" % (
                file, file[:-1])


def room_cycles(tree):
    return say_cycles(tree.arrows())


def unit_cycles(tree):
    return say_cycles(tree.unit_arrows())


CHECKS = (loose_files, readmes, room_names, includes_exist, includes_name_room, parts_one_way, uses_all, uses_no_more, order,
          room_cycles, unit_cycles, own_headers)


def main():
    os.chdir(ROOT)
    tree = Tree()
    failed = False
    for check in CHECKS:
        faults = list(check(tree))
        for fault in faults:
            print(fault)
        print("FAIL %s: %s" % (check.__name__, faults[0]) if faults else "ok %s" % check.__name__)
        failed |= bool(faults)
    sys.exit(failed)


main()
