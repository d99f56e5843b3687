"""
Print how fast the page is: 50,000 messages (first row, search, scrolling), and 200 messages a second (its longest task).

Needs Chromium. The figures depend on the machine and on what else it does; nothing asserts them.

    python tools/page_figures.py [--messages 50000] [--rate 200] [--seconds 60]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

import boto3
from chromium import chromium

from emulator import mock_sms
from emulator.front.server import Server
from emulator.testing import lease_number

HANDSETS = 500
WATCH = """(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration)))
        .observe({ type: "longtask" });
})()"""
SCROLL = """(async () => {
    const list = document.getElementById("all-messages");
    const frames = [];
    let last = performance.now();
    for (let step = 0; step < 120; step += 1) {
        list.scrollTop = (list.scrollHeight * step) / 120;
        await new Promise(requestAnimationFrame);
        frames.push(performance.now() - last);
        last = performance.now();
    }
    frames.sort((one, other) => one - other);
    return [frames[60], frames[114], frames.at(-1)];
})()"""
SHOWN = "document.querySelector('.message-row .body')"


def send(client: Any, number: str, count: int, first: int = 0) -> None:
    """Send that many texts, one after the other."""
    for index in range(first, first + count):
        client.send_text_message(
            DestinationPhoneNumber=f"+1425555{index % HANDSETS:04d}",
            OriginationIdentity=number,
            MessageBody=f"Your code is {100000 + index}, text {index}",
        )


def measure_many(browser: Any, server: Server, count: int) -> None:
    """Print the figures of a list of that many messages."""
    started = time.perf_counter()
    page = browser.open(f"{server.endpoint_url}/_emulator/")
    page.wait(SHOWN)
    print(f"first row among {count}: {time.perf_counter() - started:.2f} s after the page was opened")
    for query in ("text 123", "to:5550042 -code", "code:112345"):
        started = time.perf_counter()
        page.run(f"location.hash = '#/messages?q={query.replace(' ', '+')}'")
        page.wait("document.getElementById('total').innerText.includes('match')")
        page.wait(f"{SHOWN} || document.getElementById('no-matches')")
        print(f"search {query!r}: {time.perf_counter() - started:.2f} s, {page.texts('#total')[0]}")
        page.run("location.hash = '#/messages'")
        page.wait(f"document.getElementById('total').innerText.includes('messages') && {SHOWN}")
    median, slow, slowest = page.run(SCROLL)
    print(f"a frame while scrolling through all: median {median:.0f} ms, 95 % {slow:.0f} ms, longest {slowest:.0f} ms")
    page.close()


def measure_flood(browser: Any, server: Server, client: Any, number: str, rate: int, seconds: int) -> None:
    """Print the longest tasks of each view while that many messages a second arrive."""
    pages = {}
    for view in ("messages", "phones"):
        pages[view] = browser.open(f"{server.endpoint_url}/_emulator/#/{view}")
        pages[view].wait("document.querySelector('.message-row a, #handsets [role=listitem]')")
        pages[view].run(WATCH)
        pages[view].cpu_seconds()
    begin, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - begin) < seconds:
        due = int(passed * rate) + 1 - sent
        send(client, number, due, sent)
        sent += due
        time.sleep(0.005)
    print(f"{sent} messages in {passed:.0f} s, {sent / passed:.0f} a second")
    for view, page in pages.items():
        tasks = page.run("new Promise((done) => setTimeout(() => done(window.tasks), 2000))")
        busy = page.cpu_seconds() / passed
        print(f"{view}: longest task {max(tasks, default=0):.0f} ms, {len(tasks)} over 50 ms; {busy:.0%} of a core busy")
        page.close()


def main() -> int:
    """Fill an emulator, open the page, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    options.add_argument("--messages", type=int, default=50_000)
    options.add_argument("--rate", type=int, default=200)
    options.add_argument("--seconds", type=int, default=60)
    wanted = options.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    kept = {"limits": {"messages_kept": 2 * wanted.messages}}
    with chromium() as browser, mock_sms(clock="running", config=kept) as emulator:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        number = lease_number(client, NumberType="TOLL_FREE")["PhoneNumber"]
        server = Server(emulator).start()
        try:
            send(client, number, wanted.messages)
            emulator.settle()
            measure_many(browser, server, wanted.messages)
            emulator.reset()
            number = lease_number(client, NumberType="TOLL_FREE")["PhoneNumber"]
            send(client, number, HANDSETS)
            measure_flood(browser, server, client, number, wanted.rate, wanted.seconds)
        finally:
            server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
