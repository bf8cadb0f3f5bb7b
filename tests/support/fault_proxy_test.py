"""The fault proxy in front of a small server whose answers are known."""

import http.client
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROXY = pathlib.Path(__file__).with_name("fault_proxy.py")
BODY = bytes(range(256)) * 1024


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # the proxy hung up on purpose

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        self.server.seen.append(self.command)
        if wanted := self.headers.get("Range"):
            first, last = map(int, wanted.removeprefix("bytes=").split("-"))
            headers = {"ETag": '"right"', "Content-Range": f"bytes {first}-{last}/{len(BODY)}"}
            return self.answer(206, BODY[first : last + 1], headers)
        return self.answer(200, BODY, {"ETag": '"right"'})

    do_HEAD = do_GET

    def do_PUT(self):
        self.server.seen.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(200, b"", {"Host-Seen": self.headers["Host"]})


class FaultProxy(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        self.server.seen = []
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def start(self, *rules):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "plan").write_text(json.dumps(rules))
        self.log = folder / "log"
        upstream = f"127.0.0.1:{self.server.server_address[1]}"
        process = subprocess.Popen(
            [sys.executable, PROXY, "--upstream", upstream, "--plan", folder / "plan", "--log", self.log],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process = process
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        address = process.stdout.readline().removeprefix("listening on ").strip()
        self.client = http.client.HTTPConnection(address, timeout=20)
        self.addCleanup(self.client.close)

    def logged(self, count):
        """That many entries: the proxy writes one after the client has its answer."""
        deadline = time.monotonic() + 10
        while (text := self.log.read_text()).count("\n") < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return [json.loads(line) for line in text.splitlines()]

    def get(self, path="/a", method="GET", **headers):
        self.client.request(method, path, headers=headers)
        reply = self.client.getresponse()
        return reply, reply.read()

    def test_passes_everything_on_without_a_plan(self):
        self.start()
        reply, body = self.get()
        self.assertEqual((reply.status, body, reply.getheader("ETag")), (200, BODY, '"right"'))
        reply, body = self.get(Range="bytes=10-19")
        self.assertEqual((reply.status, body), (206, BODY[10:20]))
        self.client.request("PUT", "/b", body=BODY, headers={"Host": "signed.example"})
        reply = self.client.getresponse()
        reply.read()
        self.assertEqual(reply.getheader("Host-Seen"), "signed.example")
        self.assertEqual(self.server.seen[-1], BODY)
        self.client.close()
        expected = [("GET", len(BODY)), ("GET", 10), ("PUT", 0)]
        self.assertEqual([(entry["method"], entry["sent"]) for entry in self.logged(3)], expected)

    def test_cuts_the_body(self):
        self.start({"path": "/a", "fault": {"kind": "cut", "bytes": 70000}})
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.get()
        self.assertEqual(caught.exception.partial, BODY[:70000])
        self.client.close()
        self.assertEqual(self.get()[1], BODY)  # once only

    def test_cuts_no_body_that_ends_before(self):
        self.start({"path": "/a", "fault": {"kind": "cut", "bytes": 10}})
        self.assertEqual(self.get(Range="bytes=0-9")[1], BODY[:10])
        with self.assertRaises(http.client.IncompleteRead):
            self.get(Range="bytes=0-10")
        self.client.close()
        self.assertEqual([(entry["fault"], entry["rule"]) for entry in self.logged(2)], [(None, None), ("cut", 0)])

    def test_stalls_and_goes_on(self):
        self.start({"fault": {"kind": "stall", "bytes": 100, "seconds": 0.5}})
        started = time.monotonic()
        self.assertEqual(self.get()[1], BODY)
        self.assertGreaterEqual(time.monotonic() - started, 0.5)
        self.assertEqual(self.process.stdout.readline(), "stalling\n")
        self.assertEqual([(entry["fault"], entry["sent"]) for entry in self.logged(1)], [("stall", 100)])

    def test_resets_a_connection_that_is_used_again(self):
        self.start({"fault": {"kind": "reset_on_reuse"}})
        self.assertEqual(self.get()[1], BODY)
        with self.assertRaises(ConnectionError):
            self.get()
        self.client.close()
        self.assertEqual(self.get()[1], BODY)

    def test_answers_in_the_place_of_the_server(self):
        self.start({"skip": 1, "times": 2, "fault": {"kind": "status", "status": 503, "code": "SlowDown"}})
        statuses = [self.get()[0].status for _ in range(4)]
        self.assertEqual(statuses, [200, 503, 503, 200])
        self.assertEqual(len(self.server.seen), 2)

    def test_lies_about_what_it_sends(self):
        self.start(
            {"path": "/range", "fault": {"kind": "content_range", "value": "bytes 0-9/100"}},
            {"path": "/whole", "fault": {"kind": "whole"}},
            {"path": "/etag", "fault": {"kind": "etag", "value": '"other"'}},
        )
        self.assertEqual(self.get("/range", Range="bytes=5-14")[0].getheader("Content-Range"), "bytes 0-9/100")
        reply, body = self.get("/whole", Range="bytes=5-14")
        self.assertEqual((reply.status, reply.getheader("Content-Range"), body), (200, None, BODY[5:15]))
        self.assertEqual(self.get("/etag")[0].getheader("ETag"), '"other"')

    def test_lets_the_server_work_and_hides_it(self):
        self.start({"path": "/body", "fault": {"kind": "error_body", "code": "InternalError"}},
                   {"path": "/lost", "fault": {"kind": "lose_answer"}})
        reply, body = self.get("/body")
        self.assertEqual(reply.status, 200)
        self.assertIn(b"<Code>InternalError</Code>", body)
        with self.assertRaises((ConnectionError, http.client.BadStatusLine)):
            self.get("/lost")
        self.assertEqual(len(self.server.seen), 2)


if __name__ == "__main__":
    unittest.main()
