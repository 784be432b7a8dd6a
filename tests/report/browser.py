"""One Chromium for all tests of a file, driven over its DevTools pipe: starting it anew for each page takes longer than
the pages do. Each page has a context of its own, as a fresh profile would be.
"""
import atexit
import fcntl
import json
import os
import shutil
import subprocess
import tempfile

PROGRAM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTH, HEIGHT = 1280, 1000
# Milliseconds of the page's own clock, which runs ahead while nothing is to be done.
BUDGET_MS = 5000
DOCUMENT = "new XMLSerializer().serializeToString(document.doctype) + '\\n' + document.documentElement.outerHTML"


class Browser:
    """Commands out and answers and events in, each a JSON object that ends with NUL (chromedevtools.github.io)."""

    def __init__(self):
        profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        atexit.register(profile.cleanup)
        commands, self.out = os.pipe()
        answers, written = os.pipe()
        # The program reads from descriptor 3 and writes to 4; neither may be one that is copied there.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, written)]
        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
             f"--user-data-dir={profile.name}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=lambda: (os.dup2(ends[0], 3), os.dup2(ends[1], 4)))
        for end in (commands, written, *ends):
            os.close(end)
        self.answers = os.fdopen(answers, "rb")
        self.left = b""
        self.count = 0
        atexit.register(self.close)

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def receive(self):
        while b"\0" not in self.left:
            part = self.answers.read1(1 << 20)
            if not part:
                raise EOFError("the browser has ended")
            self.left += part
        message, _, self.left = self.left.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, events=None, **parameters):
        """What a command returns; events that come meanwhile are appended to `events`."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if events is not None and answer.get("sessionId") == session:
                events.append(answer)

    def browse(self, address, width=WIDTH, height=HEIGHT):
        """The document after its scripts have run, and what they wrote to the console."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        try:
            target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
            session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            events = []
            for domain in ("Page", "Runtime", "Log"):
                self.call(f"{domain}.enable", session)
            self.call("Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=1,
                      mobile=False)
            self.call("Page.navigate", session, events, url=address)
            self.call("Emulation.setVirtualTimePolicy", session, events, policy="pauseIfNetworkFetchesPending",
                      budget=BUDGET_MS)
            while not any(event["method"] == "Emulation.virtualTimeBudgetExpired" for event in events):
                event = self.receive()
                if event.get("sessionId") == session:
                    events.append(event)
            document = self.call("Runtime.evaluate", session, events, expression=DOCUMENT)["result"]["value"]
            return document, [said for said in map(console_line, events) if said]
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)


def console_line(event):
    """What an event writes to the console; None: nothing."""
    parameters = event.get("params", {})
    if event["method"] == "Runtime.consoleAPICalled":
        return " ".join(str(argument.get("value", argument.get("description"))) for argument in parameters["args"])
    if event["method"] == "Runtime.exceptionThrown":
        return parameters["exceptionDetails"].get("exception", {}).get("description", "exception")
    if event["method"] == "Log.entryAdded":
        return parameters["entry"]["text"]
    return None


only = None


def browse(address, **size):
    """Browser.browse in the one that all tests share."""
    global only
    only = only or Browser()
    return only.browse(address, **size)
