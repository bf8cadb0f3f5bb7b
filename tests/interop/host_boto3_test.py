"""The local function host seen by a client that is not ours: boto3 against its endpoint."""

import base64
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ModuleNotFoundError as problem:
    raise unittest.SkipTest(f"{problem.name} is not installed") from problem

PROGRAM = os.environ["FANFOLD_PROGRAM"]
BOOTSTRAP = os.environ.get("FANFOLD_RAW_FUNCTION", "")
if not pathlib.Path(BOOTSTRAP).is_file():
    raise unittest.SkipTest("the function for tests is not built")


class HostTest(unittest.TestCase):
    """Each test has a host of its own with the options `self.host(...)` was given."""

    def host(self, *words, retries=0):
        process = subprocess.Popen(
            [PROGRAM, "local-host", "--workers", "2", *words, "--", BOOTSTRAP],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        client = boto3.client(
            "lambda",
            endpoint_url=process.stdout.readline().strip(),
            region_name="us-east-1",
            aws_access_key_id="none",
            aws_secret_access_key="none",
            config=botocore.config.Config(retries={"total_max_attempts": 1 + retries}, read_timeout=60),
        )
        self.addCleanup(client.close)
        return client

    def invoke(self, client, event, **words):
        return client.invoke(FunctionName="fanfold", Payload=json.dumps(event), **words)

    def test_answers(self):
        answer = self.invoke(self.host(), {"do": "echo", "n": [1, 2]})
        self.assertEqual(answer["StatusCode"], 200)
        self.assertEqual(answer["ExecutedVersion"], "$LATEST")
        self.assertNotIn("FunctionError", answer)
        self.assertEqual(json.load(answer["Payload"]), {"do": "echo", "n": [1, 2]})

    def test_returns_the_log(self):
        client = self.host("--framed-log")
        answer = self.invoke(client, {"do": "frame", "record": "a\nb"}, LogType="Tail")
        log = base64.b64decode(answer["LogResult"]).decode()
        request = answer["ResponseMetadata"]["RequestId"]
        self.assertIn(f"START RequestId: {request} Version: $LATEST\na\nb\nEND RequestId: {request}\nREPORT", log)

    def test_reports_function_errors(self):
        client = self.host("--timeout", "1")
        answer = self.invoke(client, {"do": "exit", "status": 7})
        self.assertEqual((answer["StatusCode"], answer["FunctionError"]), (200, "Unhandled"))
        error = json.load(answer["Payload"])
        self.assertEqual(error["errorType"], "Runtime.ExitError")
        self.assertIn("Runtime exited with error: exit status 7", error["errorMessage"])
        late = json.load(self.invoke(client, {"do": "hang"})["Payload"])
        self.assertIn("Task timed out after 1.00 seconds", late["errorMessage"])

    def test_takes_events_and_dry_runs(self):
        client = self.host("--async-retry", "0.01", "--async-retry", "0.01")
        self.assertEqual(self.invoke(client, {}, InvocationType="DryRun")["StatusCode"], 204)
        count = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="fanfold-host-"))) / "count"
        event = {"do": "count", "path": str(count), "failures": 2}
        self.assertEqual(self.invoke(client, event, InvocationType="Event")["StatusCode"], 202)
        deadline = time.monotonic() + 20
        while not (count.exists() and count.read_text() == "xxx"):
            self.assertLess(time.monotonic(), deadline, "the event was not tried three times")
            time.sleep(0.01)

    def test_refuses_what_it_does_not_know(self):
        client = self.host()
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.invoke(FunctionName="other")
        with self.assertRaises(client.exceptions.InvalidRequestContentException):
            client.invoke(FunctionName="fanfold", Payload="{")
        with self.assertRaises(client.exceptions.RequestTooLargeException):
            client.invoke(FunctionName="fanfold", Payload=f'"{"a" * (1 << 20)}"', InvocationType="Event")

    def test_is_refused_with_a_reason_and_comes_back(self):
        client = self.host("--request-rate", "1", retries=8)  # two at once, then two in a second
        impatient = self.host("--request-rate", "1")
        for _ in range(2):
            self.invoke(impatient, {})
        with self.assertRaises(impatient.exceptions.TooManyRequestsException) as refused:
            self.invoke(impatient, {})
        self.assertEqual(refused.exception.response["Reason"], "FunctionInvocationRateLimitExceeded")
        self.assertGreaterEqual(int(refused.exception.response["retryAfterSeconds"]), 1)
        answers = [self.invoke(client, {}) for _ in range(4)]
        self.assertEqual([answer["StatusCode"] for answer in answers], [200] * 4)
        # Who waits long enough after one refusal meets no second one.
        self.assertGreaterEqual(sum(answer["ResponseMetadata"]["RetryAttempts"] for answer in answers), 1)

    def test_runs_many_at_once(self):
        client = self.host("--concurrency", "1", "--reserved-concurrency", "2")
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(self.invoke(client, {"do": "echo"})["StatusCode"]))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [200, 200])

    def test_streams(self):
        client = self.host()

        def stream(event, **words):
            answer = client.invoke_with_response_stream(FunctionName="fanfold", Payload=json.dumps(event), **words)
            self.assertEqual(answer["StatusCode"], 200)
            self.assertEqual(answer["ExecutedVersion"], "$LATEST")
            pieces, end = [], None
            for message in answer["EventStream"]:
                if "PayloadChunk" in message:
                    pieces.append(message["PayloadChunk"]["Payload"])
                else:
                    end = message["InvokeComplete"]
            return b"".join(pieces), end

        payload, end = stream({"do": "stream", "pieces": 30, "bytes": 300_000}, LogType="Tail")
        self.assertEqual(payload, b"p" * 9_000_000)
        self.assertNotIn("ErrorCode", end)
        self.assertIn(b"REPORT RequestId", base64.b64decode(end["LogResult"]))
        payload, end = stream({"do": "stream", "late_error": True})
        self.assertEqual((payload, end["ErrorCode"]), (b"ppppp", "Function.Late"))
        self.assertEqual(json.loads(end["ErrorDetails"]), {"errorMessage": "late"})
        self.assertEqual(stream({"do": "echo"})[0], b'{"do":"echo"}')
