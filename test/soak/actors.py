# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Who does something in the soak: each function does one thing, which one its number says, and returns in words what it was.
Numbers and moments come from the seed alone (plan()), and what they mean from what was done before; so the same seed does the
same in the same order."""
import os
import random
import signal
import subprocess

from capture import CLOCK_STEP
from common import CPUS, ROOT, links_at, now, wait_for

INTERFACES, SPACES = 8, 4  # at most
SERVER_PORTS = {"nginx": 8001, "python": 8002}
NO_CAPTURE = "there is no capture"
NAMES = ("host", "user-agent", "server", "date", "cookie", "x-one", "x-two", "authorization", "content-type")
PAIR = """link add {name} type veth peer name peer netns {pid}
address add 10.80.{net}.1/24 dev {name}
link set {name} up"""


def pick(choices, number):
    return choices[number % len(choices)]


# Interfaces and namespaces --------------------------------------------------------------------------------------------------

class Interface:
    """One end is in the host's namespace, where its name changes, or elsewhere for a while; the other is in `space`."""

    def __init__(self, name, net, space):
        self.name, self.net, self.space, self.at = name, net, space, None


def make(world, number):
    space = pick(world.spaces, number)
    world.made += 1
    interface = Interface(f"e{world.made}", world.made % 250, space)
    world.host.ip(*PAIR.format(name=interface.name, pid=space.pid, net=interface.net).splitlines())
    space.ip(f"link set peer name p{world.made}", f"address add 10.80.{interface.net}.2/24 dev p{world.made}",
             f"link set p{world.made} up")
    world.interfaces.append(interface)
    return f"{interface.name} comes"


def rename(world, interface):
    world.made += 1
    world.host.ip(f"link set {interface.name} down", f"link set {interface.name} name r{world.made}", f"link set r{world.made} up")
    before, interface.name = interface.name, f"r{world.made}"
    return f"{before} becomes {interface.name}"


def set_down_and_up(world, interface):
    world.host.ip(f"link set {interface.name} down")
    world.host.ip(f"link set {interface.name} up")
    return f"{interface.name} is down and up"


def move(world, interface):
    """Into another namespace, or back."""
    if interface.at:
        interface.at.ip(f"link set {interface.name} netns {world.host.pid}")
        world.host.ip(f"address add 10.80.{interface.net}.1/24 dev {interface.name}", f"link set {interface.name} up")
        interface.at = None
        return f"{interface.name} is back"
    interface.at = pick(world.spaces, interface.net)
    world.host.ip(f"link set {interface.name} netns {interface.at.pid}")
    return f"{interface.name} moves away"


def delete(world, interface):
    (interface.at or world.host).ip(f"link delete {interface.name}")
    world.interfaces.remove(interface)
    return f"{interface.name} is deleted"


def make_again(world, interface):
    """Another one of the same name, at once."""
    delete(world, interface)
    make(world, interface.net)
    world.host.ip(f"link set {world.interfaces[-1].name} down",
                  f"link set {world.interfaces[-1].name} name {interface.name}", f"link set {interface.name} up")
    world.interfaces[-1].name = interface.name
    return f"{interface.name} is deleted and comes again"


def interfaces(world, number):
    if len(world.interfaces) < 2 or (len(world.interfaces) < INTERFACES and number % 3 == 0):
        return make(world, number // 8)
    interface = pick(world.interfaces, number // 8)
    return pick((move,) if interface.at else (rename, set_down_and_up, move, delete, make_again), number // 64)(world, interface)


def spaces(world, number):
    """A namespace comes, or goes with all that is in it."""
    if len(world.spaces) < 2 or (len(world.spaces) < SPACES and number % 2):
        world.spaces.append(world.new_space())
        return "one comes"
    space = world.spaces.pop(number // 2 % len(world.spaces))
    lost = [i for i in world.interfaces if space in (i.space, i.at)]
    world.interfaces = [i for i in world.interfaces if i not in lost]
    space.end()
    return f"one goes, with {', '.join(i.name for i in lost) or 'nothing'}"


def cpus(world, number):
    """All CPUs but the first may go."""
    cpu = 1 + number // 2 % (CPUS - 1)
    with open(f"/sys/devices/system/cpu/cpu{cpu}/online", "w") as file:
        file.write(str(number % 2))
    return f"{cpu} {'comes' if number % 2 else 'goes'}"


# Traffic --------------------------------------------------------------------------------------------------------------------

def servers(world, number):
    """One starts, or stops."""
    kind = pick(list(SERVER_PORTS), number)
    port = SERVER_PORTS[kind]
    if world.servers.get(kind):
        world.servers.pop(kind).terminate()
        return f"{kind} stops"
    if kind == "python":
        world.servers[kind] = world.host.start("python3", "-m", "http.server", str(port), "-d", f"{world.tmp}/www")
    else:
        world.servers[kind] = world.host.start("nginx", "-e", f"{world.tmp}/nginx.err", "-c", nginx_configuration(world, port))
    return f"{kind} starts"


def nginx_configuration(world, port):
    path = f"{world.tmp}/nginx.conf"
    with open(path, "w") as file:
        file.write(f"""daemon off; user root; worker_processes 1; pid {world.tmp}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
	access_log off;
	client_body_temp_path {world.tmp}/body; proxy_temp_path {world.tmp}/proxy; fastcgi_temp_path {world.tmp}/fastcgi;
	uwsgi_temp_path {world.tmp}/uwsgi; scgi_temp_path {world.tmp}/scgi;
	keepalive_requests 1000000;
	server {{ listen {port}; location / {{ return 200 "hello\\n"; }} }}
}}
""")
    return path


def clients(world, number):
    """curl or wrk for a moment; now and then as fast as they can."""
    here = [i for i in world.interfaces if not i.at]
    if not here:
        return "there is no interface"
    interface = pick(here, number)
    url = f"http://10.80.{interface.net}.1:{pick(list(SERVER_PORTS.values()), number // 8)}/"
    if number // 16 % 3 == 0:
        interface.space.start("curl", "-s", "-m", "3", "-o", "/dev/null", f"{url}[1-{20 + number // 64 % 80}]")
        return f"curl by {interface.name}"
    load = {"LOAD_SHARE": "500", "LOAD_NAME": "wrk", "LOAD_ENDED": "/dev/null", "LOAD_PIPELINE": pick("15", number // 64)}
    if number // 1024 % 4:
        load["LOAD_DELAY"] = "20"
    interface.space.start("wrk", "-t1", "-c2", "-d2s", "-s", f"{ROOT}/test/load.lua", url, env=os.environ | load)
    return f"wrk by {interface.name}{'' if 'LOAD_DELAY' in load else ', fast'}"


# What happens to hdrtap -----------------------------------------------------------------------------------------------------

def disk(world, number):
    """Full for a while; then there is room again."""
    filler = f"{world.disk}/filler"
    if number % 4 == 0 and not world.full_since:
        world.disk_fills()
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))
            except OSError:
                return "is full"
    if number % 4 and world.full_since:
        os.remove(filler)
        world.disk_empties()
        return "has room"
    return "stays"


def clock(world, number):
    """hdrtap's alone: an hour on, two back, a bit, or as it was."""
    seconds = pick((3600, -3600, 2, -2, 0), number)
    world.set_clock(seconds)
    return f"{seconds} s off"


def readers(world, number):
    """One stops reading, or goes on."""
    name, reader = pick((("of the log", world.follower.process), ("of the stream", world.capture.reader)), number // 4)
    reader.send_signal(signal.SIGCONT if number % 4 else signal.SIGSTOP)
    return f"the one {name} {'goes on' if number % 4 else 'stops'}"


def configuration(world, number):
    """Other names, other ports, or a file that is refused."""
    if not world.capture.wait_up():
        return NO_CAPTURE
    rng = random.Random(number)
    elements = ["none", "x-request-id", *rng.sample(NAMES, rng.randrange(len(NAMES)))]
    lines = [f"elements: [{', '.join(elements)}]"]
    if rng.randrange(2):
        lines.append(f"ports: [{world.control_port}, {rng.choice(('8001', '8002', '8000-9000'))}]")
    if rng.randrange(6):
        world.good = lines
    else:
        lines.append("elemnts: [a]")
    world.configure(lines)
    world.capture.guard.send_signal(signal.SIGHUP)
    return "; ".join(lines)


def taken(world, number):
    """Another program takes away what hdrtap has at an interface, which is counted and attached again."""
    if not world.capture.wait_up():
        return NO_CAPTURE
    name = pick(("control", *(i.name for i in world.interfaces if not i.at)), number)
    before = world.capture.taken_away()
    world.gap_begins(now(), "taken away")
    count = take_links(world, name) or take_qdisc(world, name)
    world.results.check("taken_away_is_counted", wait_for(30, lambda: world.capture.taken_away() >= before + count),
                        lambda: f"{name}: {world.capture.words()[-500:]}")
    world.gap_ends()
    return f"from {name}"


def take_links(world, name):
    """Returns how many programs went. Where there are no TCX links there are none."""
    index = world.host.index_of(name)
    links = links_at(world.capture.guard.pid, index)
    for link in links:
        subprocess.run(["bpftool", "link", "detach", "id", link], check=False)
    return len(links)


def take_qdisc(world, name):
    """Likewise, both directions'."""
    command = world.host.inside("tc", "qdisc", "delete", "dev", name, "clsact")
    return 0 if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode else 2


def kills(world, number):
    """Guard, worker, both; or an end in order. Then it starts again."""
    how = pick(("guard", "worker", "both", "end"), number)
    world.restart(how)
    return how


# Seconds between two things that one does, about.
ACTORS = {interfaces: 0.8, spaces: 7, cpus: 8, servers: 6, clients: 0.7, disk: 6, clock: 9, readers: 2, configuration: 5, taken: 8,
          kills: 40}


def absent():
    """Those that cannot do anything here, and why."""
    found = {}
    if os.environ.get("HDRTAP_OWN_MACHINE") != "1":
        found[cpus] = "this machine's CPUs are others', too; test/vm/run has its own"
    if not os.path.exists(CLOCK_STEP):
        found[clock] = f"there is no {CLOCK_STEP}"
    return found


def plan(seed, seconds):
    """[(second, actor, number)]"""
    actions = []
    for actor, gap in ACTORS.items():
        rng = random.Random(f"{seed} {actor.__name__}")
        at = rng.uniform(0, gap)
        while at < seconds:
            actions.append((at, actor, rng.getrandbits(32)))
            at += rng.uniform(0.5, 1.5) * gap
    return sorted(actions, key=lambda action: action[0])
