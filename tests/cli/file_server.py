"""A web server for tests of downloads, as bad as asked: it truncates, corrupts, redirects, stalls and refuses ranges."""

import hashlib
import http.server
import threading


class Behaviour:
    """What a path answers. Each of `faults` is used up by one request, in order; afterwards all goes well.

    Faults: "truncate" (closes after half of what is asked for), "corrupt" (flips a byte), "stall" (says nothing more after
    half), "500", "404", "drop" (closes without an answer). `then` replaces the content after the first request.
    """

    def __init__(self, content, *, then=None, faults=(), ranges=True, tag=True, redirect=None, lengths=True):
        self.content = content
        self.then = then
        self.faults = list(faults)
        self.ranges = ranges
        self.tag = tag
        self.redirect = redirect
        self.lengths = lengths


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        path = self.path
        if path.startswith("http://"):  # asked as a proxy
            server.proxied.append(path)
            path = "/" + path.split("/", 3)[3]
        server.requests.append((path, self.headers.get("Range")))
        self.close_connection = True
        behaviour = server.files.get(path)
        if behaviour is None:
            return self.answer(404, b"no such file")
        if behaviour.redirect:
            self.send_response(302)
            self.send_header("Location", behaviour.redirect)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        fault = behaviour.faults.pop(0) if behaviour.faults else None
        if fault == "drop":
            return None
        if fault in ("500", "404"):
            return self.answer(int(fault), b"trouble")
        return self.send_content(behaviour, fault)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_content(self, behaviour, fault):
        content = behaviour.content
        behaviour.content = behaviour.then or content
        tag = '"' + hashlib.md5(content).hexdigest() + '"'
        begin, status = 0, 200
        wanted = self.headers.get("Range")
        same = self.headers.get("If-Range") in (None, tag)
        if wanted and behaviour.ranges and same:
            begin, status = int(wanted.removeprefix("bytes=").rstrip("-")), 206
            if begin >= len(content):
                return self.answer(416, b"")
        body = bytearray(content[begin:])
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        if behaviour.tag:
            self.send_header("ETag", tag)
        if behaviour.lengths:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "corrupt":
            body[len(body) // 2] ^= 1
        half = len(body) // 2
        self.wfile.write(body[:half])
        self.wfile.flush()
        if fault == "truncate":
            return None
        if fault == "stall":
            self.server.stopping.wait(20)
            return None
        self.wfile.write(body[half:])
        return None


class FileServer(http.server.ThreadingHTTPServer):
    """Serves `files`: path -> Behaviour. Remembers `requests`: (path, Range header)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.requests, self.proxied = {}, [], []
        self.stopping = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # clients that go away are part of the tests

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def stop(self):
        self.stopping.set()
        self.shutdown()
        self.server_close()
