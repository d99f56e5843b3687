"""
A headless Chromium for the tests of the page, driven by the DevTools protocol over its pipe: no driver, no package.

Whatever is waited for is waited for inside the browser, by a promise.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    # A pointer that hovers, as a mouse does, which a machine without a mouse would lack; `Page.touch` takes it away.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    "--remote-debugging-pipe",
)
WAIT_MS = 15_000
# Chromium reads orders from its file 3 and writes answers to its file 4; any others may be taken by then.
LAUNCH = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
HIGH_FILE = 50
KEYS = {
    " ": (" ", 32),
    "Enter": ("\r", 13),
    "Escape": ("", 27),
    "ArrowDown": ("", 40),
    "ArrowUp": ("", 38),
    "ArrowRight": ("", 39),
    "Tab": ("", 9),
}


def _is_refusal(event):
    return event.get("entry", {}).get("source") == "network"


def find_chromium():
    """Where Chromium is, None when it is not here."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class BrowserError(Exception):
    """Chromium refused an order, or what was waited for did not come."""


class Browser:
    """A running Chromium."""

    def __init__(self, program, profile):
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        high = [fcntl.fcntl(file, fcntl.F_DUPFD, HIGH_FILE) for file in (theirs_in, theirs_out)]
        os.close(theirs_in)
        os.close(theirs_out)
        command = [sys.executable, "-c", LAUNCH, *map(str, high), program, *FLAGS, f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(
            command, pass_fds=high, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for file in high:
            os.close(file)
        self._out = os.fdopen(ours_out, "wb", buffering=0)
        self._in = os.fdopen(ours_in, "rb")
        self._last = 0
        self.events = []

    def order(self, method, session=None, **params):
        """Give an order and return its result; events that come meanwhile are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def _read(self):
        data = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            if not byte:
                raise BrowserError("Chromium is gone")
            data += byte
        return json.loads(data)

    def open(self, url, width=1400, height=900, scheme="light", language=None):
        """A page of its own, with nothing remembered but the language, if that is given."""
        return Page(self, url, width, height, scheme, language)

    def close(self):
        """End it, and wait until it has ended."""
        self._out.close()
        self._in.close()
        self._process.terminate()
        self._process.wait()


class Page:
    """One page; scripts are JavaScript expressions."""

    def __init__(self, browser, url, width, height, scheme, language):
        self._browser = browser
        self._context = browser.order("Target.createBrowserContext")["browserContextId"]
        target = browser.order("Target.createTarget", url="about:blank", browserContextId=self._context)["targetId"]
        self._session = browser.order("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._cpu_seconds = 0.0
        for domain in ("Page", "Runtime", "Log"):
            self._order(f"{domain}.enable")
        self.shape(width, height, scheme)
        if language is not None:
            choice = json.dumps(json.dumps(language))
            source = f"localStorage.getItem('language') ?? localStorage.setItem('language', {choice})"
            self._order("Page.addScriptToEvaluateOnNewDocument", source=source)
        self._order("Page.navigate", url=url)

    def _order(self, method, **params):
        return self._browser.order(method, self._session, **params)

    def shape(self, width, height=900, scheme="light"):
        """Change the window's size, and light or dark."""
        self._order("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._order("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def touch(self):
        """Have fingers in place of a mouse from now on: nothing hovers."""
        self._order("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=1)

    def hover(self, selector):
        """Move the mouse over an element."""
        self._order("Input.dispatchMouseEvent", type="mouseMoved", **self._place_of(selector))

    def run(self, script):
        """The value of an expression, or of its promise."""
        answer = self._order("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, script):
        """The value of an expression as soon as it is true."""
        late = json.dumps(f"never true: {script}; the page says: ")
        return self.run(
            f"""(async () => {{
                const given_up = performance.now() + {WAIT_MS};
                while (performance.now() < given_up) {{
                    let value = null;
                    try {{ value = await ({script}); }} catch {{ /* not there yet */ }}
                    if (value) return value;
                    await new Promise((resolve) => setTimeout(resolve, 10));
                }}
                throw new Error({late} + document.body.innerText.slice(0, 2000));
            }})()"""
        )

    def reload(self):
        """Load the page again, and return once the old one is gone."""
        self.run("window.isOld = true")
        self._order("Page.reload")
        while True:
            try:
                if not self.run("window.isOld === true"):
                    return
            except BrowserError:  # the old page was left while it was asked
                pass

    def texts(self, selector):
        """The visible text of every element that the selector finds."""
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((node) => node.innerText)")

    def click(self, selector):
        """Click where the element is, as a mouse does."""
        place = self._place_of(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self._order("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def _place_of(self, selector):
        """The middle of an element, once it stays where it is, and nothing lies over it."""
        return self.wait(
            f"""(async () => {{
                const node = document.querySelector({json.dumps(selector)});
                node.scrollIntoView({{ block: "nearest", inline: "nearest" }});
                const before = node.getBoundingClientRect();
                // A page that was scrolled hears of that in the next frame, and may draw other rows in the one after it.
                const frame = () => new Promise(requestAnimationFrame);
                await frame().then(frame);
                const {{ x, y, width, height }} = node.getBoundingClientRect();
                if (x !== before.x || y !== before.y || !node.isConnected) return false;
                const there = document.elementFromPoint(x + width / 2, y + height / 2);
                const hit = node.contains(there) || there?.contains(node);
                return width && hit && {{ x: x + width / 2, y: y + height / 2 }};
            }})()"""
        )

    def choose(self, node, value):
        """Choose a value of a select, as its list of options does; the list itself is drawn outside the page."""
        self.run(
            f"""(() => {{
                const node = {node};
                node.value = {json.dumps(value)};
                node.dispatchEvent(new Event("change", {{ bubbles: true }}));
            }})()"""
        )

    def type(self, text):
        """Put text where the focus is."""
        self._order("Input.insertText", text=text)

    def press(self, key):
        """Press and release a key."""
        text, code = KEYS.get(key, (key, ord(key[0])))
        named = {"key": key, "windowsVirtualKeyCode": code}
        self._order("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
        self._order("Input.dispatchKeyEvent", type="keyUp", **named)

    def cpu_seconds(self):
        """How long the page's main thread has computed since this was called last, or since it began."""
        if not self._cpu_seconds:
            self._order("Performance.enable", timeDomain="threadTicks")
        metrics = {each["name"]: each["value"] for each in self._order("Performance.getMetrics")["metrics"]}
        before, self._cpu_seconds = self._cpu_seconds, metrics["TaskDuration"]
        return self._cpu_seconds - before

    def complaints(self):
        """Return what the browser logged as errors of this page, without `refusals`: exceptions and policy violations."""
        return [event for event in self._errors() if not _is_refusal(event)]

    def refusals(self):
        """The requests of this page that were answered with an error."""
        return [event["entry"]["url"] for event in self._errors() if _is_refusal(event)]

    def _errors(self):
        self.run("0")
        own = [event for event in self._browser.events if event.get("sessionId") == self._session]
        return [
            event["params"]
            for event in own
            if event["method"] == "Runtime.exceptionThrown"
            or (event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error")
        ]

    def picture(self, kind="png", **options):
        """The window as a picture; `quality` is an option of webp and jpeg."""
        return base64.b64decode(self._order("Page.captureScreenshot", format=kind, **options)["data"])

    def close(self):
        """Forget the page and all it kept."""
        self._browser.order("Target.disposeBrowserContext", browserContextId=self._context)
