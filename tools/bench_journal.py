"""
Benchmarks of the journal: what keeping the state costs, how long a restart takes, and how long nobody leads.

Servers are measured in turns, on one machine in one run: a ratio carries over to another machine, a time does not.
Without PostgreSQL (`make postgres`), its rows are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from emulator.front.keeping import open_folder
from emulator.journal import SNAPSHOT_EVERY
from emulator.wire.http import Request

TOOLS = Path(__file__).parent
POSTGRES = TOOLS.parent / "tests" / "journal" / "postgres_server.py"
ROUNDS = 5
REQUESTS = 2000
CONNECTIONS = 8
ENTRIES = 100_000
NEVER = 10**9
"""Entries between two snapshots, if there are to be none."""
FAILOVERS = 3
TARGETS = {"--data-dir": 0.7, "--data-dir --fsync": None, "--database": 0.3}
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def load_module(path):
    """Return a module of a file that is in no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


bench = load_module(TOOLS / "bench.py")


@contextmanager
def served(*options):
    """Run a server; yields its process and address."""
    command = [sys.executable, "-m", "emulator", "serve", "--quiet", "--port", "0", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = next(line.split(" is at ")[1].split(";")[0] for line in process.stdout if " is at http" in line)
            yield process, url.removeprefix("http://")
        finally:
            process.kill()


@contextmanager
def database():
    """Run a PostgreSQL; yields its module's server, or None."""
    module = load_module(POSTGRES)
    programs, reason = module.find_programs()
    if programs is None:
        print(f"without PostgreSQL: {reason}")
        yield None
        return
    server = module.PostgresServer(programs)
    try:
        yield server
    finally:
        server.remove()


def throughput(postgres, folder):
    """Print requests a second with each way of keeping the state, relative to a server that keeps nothing."""
    ways = {
        "": (),
        "--data-dir": ("--data-dir", folder / "a"),
        "--data-dir --fsync": ("--fsync", "--data-dir", folder / "b"),
    }
    if postgres is not None:
        ways["--database"] = ("--database", postgres.new_database())
    for connections in (1, CONNECTIONS):
        took = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, options in ways.items():
                # One at a time, so that no other server's threads take of the processor.
                with ExitStack() as stack:
                    _, address = stack.enter_context(served(*options))
                    if bench.NUMBER not in leased(address):
                        bench.lease(address)
                    bench.load(address, *bench.SEND, REQUESTS // 4, connections)
                    took[way].append(bench.load(address, *bench.SEND, REQUESTS, connections))
        for way in list(ways)[1:]:
            found = sorted(bench.ratios(took[""], took[way]))
            quartiles = statistics.quantiles(found, n=4)
            target = TARGETS[way]
            bar = "" if target is None else f"  target {target}"
            print(
                f"requests/s over {connections} connection(s) with {way}: {statistics.median(found):.2f}"
                f" ({quartiles[0]:.2f} to {quartiles[2]:.2f}){bar}"
            )


def leased(address):
    """Return the numbers that a server has, as text; the same folder is served again in each round."""
    body, headers = "{}", dict(bench.SEND[1])
    headers["X-Amz-Target"] = "PinpointSMSVoiceV2.DescribePhoneNumbers"
    request = urllib.request.Request(f"http://{address}/", body.encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return "".join(each["PhoneNumber"] for each in json.load(answer)["PhoneNumbers"])


def restarts(folder):
    """Print how long it takes to load a journal of many entries, with and without snapshots, and a snapshot alone."""
    fill(folder / "usual", SNAPSHOT_EVERY)
    seconds, keeper = opened(folder / "usual")
    print(
        f"a journal of {ENTRIES} entries, a snapshot after every {SNAPSHOT_EVERY}, is loaded in {seconds:.1f} s  target 10"
    )
    keeper.close()
    fill(folder / "bare", NEVER)
    seconds, keeper = opened(folder / "bare")
    print(f"a journal of {ENTRIES} entries without any snapshot is loaded in {seconds:.1f} s")
    began = time.perf_counter()
    keeper.engine.look(lambda world: None)
    keeper.save()
    messages = len(keeper.engine.world.inbox.messages)
    print(f"a snapshot of {messages} messages is written in {time.perf_counter() - began:.1f} s")
    keeper.close()
    del keeper
    seconds, keeper = opened(folder / "bare")
    messages = len(keeper.engine.world.inbox.messages)
    print(f"a snapshot of {messages} messages is loaded in {seconds:.1f} s  target 5")
    keeper.close()


def fill(folder, snapshot_every):
    """Send until the journal has so many entries, and end as a process that is killed does."""
    folder.mkdir(parents=True)
    emulator, keeper, _ = open_folder(folder, clock="stepping", start=START, snapshot_every=snapshot_every)
    body, headers = bench.SEND
    known = {name.lower(): value for name, value in headers.items()}
    lease = {**known, "x-amz-target": "PinpointSMSVoiceV2.RequestPhoneNumber"}
    emulator.handle(Request("POST", "/", lease, json.dumps(bench.LEASE).encode()))
    position = keeper.journal.position
    while keeper.journal.position < position + ENTRIES:
        emulator.handle(Request("POST", "/", known, body.encode()))
    keeper.stop()
    keeper.journal.stop()
    keeper.store.close()


def opened(folder):
    """Return how long the start takes, and what keeps the state."""
    began = time.perf_counter()
    _, keeper, _ = open_folder(folder, clock="stepping", start=START, snapshot_every=NEVER)
    return time.perf_counter() - began, keeper


def failovers(postgres):
    """Print how long it takes until a send is answered after the leader was killed, or has stopped."""
    for number, what in ((signal.SIGKILL, "killed"), (signal.SIGSTOP, "stopped")):
        took = []
        for _ in range(FAILOVERS):
            url = postgres.new_database()
            with served("--database", url) as (leader, address), served("--database", url) as (_, other):
                bench.lease(address)
                bench.load(other, *bench.SEND, 50, 1)
                leader.send_signal(number)
                began = time.perf_counter()
                while not answers(other):
                    time.sleep(0.01)
                took.append(time.perf_counter() - began)
        print(f"a leader that is {what} is replaced in {max(took):.2f} s at most of {FAILOVERS}  target 2")


def answers(address):
    """Return whether a send succeeds."""
    body, headers = bench.SEND
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{address}/", body.encode(), headers), timeout=10):
            return True
    except OSError:
        return False


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("throughput", "restarts", "failovers"), help="leave out the others")
    only = parser.parse_args().only
    os.environ.update(bench.ENVIRONMENT)
    with database() as postgres, tempfile.TemporaryDirectory() as folder:
        if only in (None, "throughput"):
            throughput(postgres, Path(folder))
        if only in (None, "restarts"):
            restarts(Path(folder) / "restarts")
        if only in (None, "failovers") and postgres is not None:
            failovers(postgres)


if __name__ == "__main__":
    main()
