"""An HTTP/1.1 proxy in front of one server that fails on purpose: fault_proxy.py --upstream HOST:PORT [--plan FILE] [--log FILE]

Prints "listening on 127.0.0.1:PORT", then "stalling" whenever an answer begins to, and serves until its standard input ends. The Host header passes unchanged, so that
signed requests stay valid.

The plan is a JSON list of rules. A request takes the first rule that matches and is not used up:
  method, path, query   regular expressions (whole match); absent: any
  skip                  matching requests that pass untouched before (default 0)
  times                 requests the rule then strikes (default 1; null: all)
  fault                 one of
    {"kind": "cut", "bytes": N}              the body of the answer ends after N bytes; strikes longer ones alone
    {"kind": "stall", "bytes": N, "seconds": S}   it pauses after N bytes; the same
    {"kind": "reset"}                        the connection is reset before the request is read on
    {"kind": "reset_on_reuse"}               the same, but only for a connection that has served a request
    {"kind": "status", "status": N, "code": "SlowDown"}   an S3 error; the server does not see the request
    {"kind": "content_range", "value": "bytes 0-1/2"}     the answer's Content-Range
    {"kind": "whole"}                        status 200 in place of 206, without Content-Range
    {"kind": "etag", "value": "\\"x\\""}       another ETag
    {"kind": "error_body", "code": "InternalError"}       status 200 with an error document; the server has done its work
    {"kind": "lose_answer"}                  the server has done its work, the client's connection ends

The log has a JSON object per request: method, path, query, range, status, sent (bytes of the body), fault, rule (its place
in the plan). That of a stalled answer is written when it begins to stall.
"""

import argparse
import http.client
import json
import os
import re
import socket
import socketserver
import struct
import sys
import threading
import time

BLOCK = 64 * 1024
HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection"}


class Plan:
    """Which rule strikes which request. Thread-safe."""

    def __init__(self, rules):
        self.rules = [dict(rule, seen=0, place=place) for place, rule in enumerate(rules)]
        self.lock = threading.Lock()

    def rule_for(self, method, path, query, reused, range_header):
        with self.lock:
            for rule in self.rules:
                wanted = ((rule.get("method"), method), (rule.get("path"), path), (rule.get("query"), query))
                if not all(pattern is None or re.fullmatch(pattern, text) for pattern, text in wanted):
                    continue
                if rule["fault"]["kind"] == "reset_on_reuse" and not reused:
                    continue
                if range_bytes(range_header) <= rule["fault"].get("bytes", -1):
                    continue
                skip, times = rule.get("skip", 0), rule.get("times", 1)
                if times is not None and rule["seen"] >= skip + times:
                    continue
                rule["seen"] += 1
                if rule["seen"] > skip:
                    return rule
                return None
        return None

    def give_back(self, rule):
        with self.lock:
            rule["seen"] -= 1


def range_bytes(header):
    """How many bytes a Range header asks for; without one, any number."""
    found = re.fullmatch("bytes=([0-9]+)-([0-9]+)", header or "")
    return int(found[2]) - int(found[1]) + 1 if found else sys.maxsize


def error_document(code):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>on purpose</Message>'
        f"<RequestId>PROXY0001</RequestId></Error>"
    ).encode()


class Exchange(socketserver.StreamRequestHandler):
    """One client connection, request after request."""

    disable_nagle_algorithm = True
    timeout = 60

    def handle(self):
        self.upstream = None
        reused = False
        try:
            while self.one_request(reused):
                reused = True
        except (ConnectionError, TimeoutError, http.client.HTTPException, OSError):
            pass
        finally:
            if self.upstream is not None:
                self.upstream.close()

    def one_request(self, reused):
        line = self.rfile.readline(65536)
        if not line.strip():
            return False
        method, target, _ = line.decode("latin-1").split()
        headers = http.client.parse_headers(self.rfile)
        path, _, query = target.partition("?")
        entry = {"method": method, "path": path, "query": query, "range": headers.get("Range"), "status": 0, "sent": 0}
        self.entry, self.rule = entry, self.server.plan.rule_for(method, path, query, reused, headers.get("Range"))
        self.note_rule()
        try:
            return self.answer(method, target, headers, self.rule["fault"] if self.rule else {"kind": "none"}, entry)
        finally:
            if self.entry is not None:
                self.server.note(entry)

    def note_rule(self):
        self.entry["fault"] = self.rule["fault"]["kind"] if self.rule else None
        self.entry["rule"] = self.rule["place"] if self.rule else None

    def answer(self, method, target, headers, fault, entry):
        kind = fault["kind"]
        if kind in ("reset", "reset_on_reuse"):
            # Zero seconds of lingering: the peer sees a reset, not an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            raise ConnectionError
        if headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.read_body(headers)
        if kind == "status":
            return self.send(entry, fault["status"], "on purpose", [], error_document(fault["code"]), method)
        reply = self.forward(method, target, headers, body)
        if kind == "lose_answer":
            reply.read()
            return False
        if kind == "error_body":
            reply.read()
            return self.send(entry, 200, "OK", [("Content-Type", "application/xml")], error_document(fault["code"]), method)
        return self.relay(entry, reply, fault, method)

    def read_body(self, headers):
        if headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body
        return self.rfile.read(int(headers.get("Content-Length") or 0))

    def forward(self, method, target, headers, body):
        if self.upstream is None:
            self.upstream = http.client.HTTPConnection(*self.server.upstream, timeout=60)
        self.upstream.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            if name.lower() not in HOP_HEADERS | {"content-length", "expect"}:
                self.upstream.putheader(name, value)
        if body or method in ("PUT", "POST"):
            self.upstream.putheader("Content-Length", str(len(body)))
        self.upstream.endheaders(body or None)
        return self.upstream.getresponse()

    def relay(self, entry, reply, fault, method):
        kind = fault["kind"]
        if kind in ("cut", "stall") and reply.length is not None and reply.length <= fault["bytes"]:
            self.server.plan.give_back(self.rule)
            self.rule, fault = None, {"kind": "none"}
            self.note_rule()
        status, reason, headers = reply.status, reply.reason, []
        for name, value in reply.getheaders():
            lower = name.lower()
            if lower in HOP_HEADERS:
                continue
            if kind == "content_range" and lower == "content-range":
                value = fault["value"]
            if kind == "etag" and lower == "etag":
                value = fault["value"]
            if kind == "whole" and lower == "content-range":
                continue
            headers.append((name, value))
        if kind == "whole" and status == 206:
            status, reason = 200, "OK"
        if reply.length is None and method != "HEAD":  # chunked, or until the end: the size is not known beforehand
            headers.append(("Content-Length", "0"))
            body = reply.read()
            headers[-1] = ("Content-Length", str(len(body)))
            self.send_head(entry, status, reason, headers)
            return self.send_blocks(entry, iter([body]), fault)
        self.send_head(entry, status, reason, headers)
        return self.send_blocks(entry, iter(lambda: reply.read(BLOCK), b""), fault)

    def send(self, entry, status, reason, headers, body, method):
        self.send_head(entry, status, reason, [*headers, ("Content-Length", str(len(body)))])
        if method != "HEAD":
            self.wfile.write(body)
            entry["sent"] = len(body)
        return True

    def send_head(self, entry, status, reason, headers):
        entry["status"] = status
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.wfile.write(f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode("latin-1"))

    def send_blocks(self, entry, blocks, fault):
        limit = fault.get("bytes") if fault["kind"] in ("cut", "stall") else None
        for block in blocks:
            if limit is not None and entry["sent"] + len(block) >= limit:
                first = block[: max(limit - entry["sent"], 0)]
                self.wfile.write(first)
                entry["sent"] += len(first)
                if fault["kind"] == "cut":
                    return False
                self.server.note(entry)
                self.entry = None
                os.write(sys.stdout.fileno(), b"stalling\n")  # whole, whoever else stalls
                time.sleep(fault["seconds"])
                block, limit = block[len(first) :], None
            self.wfile.write(block)
            entry["sent"] += len(block)
        return True


class Proxy(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream, plan, log):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.upstream, self.plan, self.log = upstream, plan, log
        self.lock = threading.Lock()

    def note(self, entry):
        if self.log is not None:
            with self.lock:
                self.log.write(json.dumps(entry) + "\n")
                self.log.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--upstream", required=True, metavar="HOST:PORT")
    parser.add_argument("--plan", type=argparse.FileType("r"))
    parser.add_argument("--log", type=argparse.FileType("w"))
    arguments = parser.parse_args()
    host, _, port = arguments.upstream.rpartition(":")
    plan = Plan(json.load(arguments.plan) if arguments.plan else [])
    with Proxy((host, int(port)), plan, arguments.log) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True).start()
        print(f"listening on 127.0.0.1:{proxy.server_address[1]}", flush=True)
        sys.stdin.read()
        proxy.shutdown()


if __name__ == "__main__":
    main()
