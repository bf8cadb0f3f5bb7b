#!/usr/bin/env python3
"""Signs seeded random requests with botocore and writes them, with the signatures, as JSON.

The C++ signer replays the file, so that it agrees with an implementation that is not ours. Keys and tokens are
random text that was never anybody's. Usage: make_vectors.py OUT.json  (needs botocore; see tests/data/aws).
"""

import base64
import datetime
import hashlib
import json
import random
import string
import sys
from urllib.parse import quote

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

COUNT = 300
SEED = 20261121
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1", "default"]
SEGMENTS = ["", ".", "..", "a", "image 7.ibd", "ünïcødé", "日本", "a+b=c&d", "50%", "%2F", "~tilde", "star*",
            "(paren)", "quote'", 'dq"', "semi;colon", "at@host", "q?mark", "hash#", "back\\slash", "cube-00017"]
QUERY_NAMES = ["uploads", "partNumber", "uploadId", "list-type", "prefix", "delimiter", "continuation-token",
               "x-id", "versionId", "Prefix", "a", "a-b", "a.b", "ab", "max keys", "ü", "response-content-type"]
HEADERS = ["x-amz-meta-pixel", "X-Amz-Checksum-Crc64nvme", "Range", "If-Match", "If-None-Match", "X-Amz-Copy-Source",
           "x-amz-storage-class", "Content-Type", "Content-Language", "x-amz-meta-title"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, alphabet, length):
        return "".join(self.random.choice(alphabet) for _ in range(length))

    def credentials(self):
        base64_alphabet = string.ascii_letters + string.digits + "/+"
        token = self.text(base64_alphabet, self.random.randrange(20, 60)) + "==" if self.random.random() < 0.5 else None
        return Credentials("AKID" + self.text(string.ascii_uppercase + string.digits, 16),
                           self.text(base64_alphabet, 40), token)

    def url(self, tls):
        host = self.random.choice(["bucket.s3.eu-central-1.amazonaws.com", "127.0.0.1", "store.example", "[::1]"])
        port = self.random.choice(["", ":9000", ":443" if tls else ":80"])
        path = "/".join(self.random.choice(SEGMENTS) for _ in range(self.random.randrange(0, 5)))
        names = self.random.sample(QUERY_NAMES, self.random.choice([0, 0, 1, 2, 4]))
        pairs = []
        for name in names:
            value = self.random.choice(["", "1", "a b", "x/y=z&w", "1000", "~", "Ünicode+plus", "%41"])
            bare = value == "" and self.random.random() < 0.5
            pairs.append(quote(name, safe="-._~") + ("" if bare else "=" + quote(value, safe="-._~")))
        query = "?" + "&".join(pairs) if pairs else ""
        return f"{'https' if tls else 'http'}://{host}{port}/{quote(path, safe='/-._~')}{query}"

    def headers(self):
        chosen = self.random.sample(HEADERS, self.random.randrange(0, 4))
        values = ["simple", "  led and trailed  ", "two  spaces   inside", "bytes=0-8388607", '"etag-2"', "a,b", "x\ty"]
        fields = [[name, self.random.choice(values)] for name in chosen]
        if fields and self.random.random() < 0.2:
            fields.append([fields[0][0].swapcase(), "second"])
        return fields

    def vector(self, kind):
        tls = self.random.random() < 0.5
        credentials = self.credentials()
        now = datetime.datetime(2013, 1, 1) + datetime.timedelta(seconds=self.random.randrange(22 * 365 * 86400))
        general = kind.startswith("general")
        region = self.random.choice(REGIONS)
        service = self.random.choice(["sts", "lambda", "service"]) if general else "s3"
        method = self.random.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
        body = self.text(string.printable, self.random.randrange(0, 80)) if method in ("PUT", "POST") else ""
        if kind.endswith("query"):
            body = ""
        fields = self.headers()
        unsigned = kind == "s3" and tls and body and self.random.random() < 0.7
        if unsigned:
            fields.append(["Content-MD5", base64.b64encode(hashlib.md5(body.encode()).digest()).decode()])

        request = AWSRequest(method=method, url=self.url(tls), data=body.encode() if body else None)
        for name, value in fields:
            request.headers[name] = value
        request.context.update({"has_streaming_input": unsigned, "payload_signing_enabled": not unsigned,
                                "timestamp": now.strftime("%Y%m%dT%H%M%SZ")})
        vector = {"kind": kind, "method": method, "url": request.url, "headers": fields, "body": body,
                  "id": credentials.access_key, "secret": credentials.secret_key, "token": credentials.token or "",
                  "region": region, "service": service, "time": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
        expires = self.random.randrange(1, 604801)
        signer = {"s3": lambda: S3SigV4Auth(credentials, service, region),
                  "general": lambda: SigV4Auth(credentials, service, region),
                  "s3_query": lambda: S3SigV4QueryAuth(credentials, service, region, expires=expires),
                  "general_query": lambda: SigV4QueryAuth(credentials, service, region, expires=expires)}[kind]()
        botocore.auth.get_current_datetime = lambda: now
        signer.add_auth(request)
        if kind.endswith("query"):
            vector.update(expires=expires, signed_url=request.url)
        else:
            vector["authorization"] = request.headers["Authorization"]
            vector["payload_hash"] = request.headers.get("X-Amz-Content-SHA256", "")
        return vector


def main():
    maker = Maker(SEED)
    kinds = ["s3", "s3", "general", "s3_query", "general_query"]
    vectors = [maker.vector(kinds[i % len(kinds)]) for i in range(COUNT)]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write("[\n" + ",\n".join(json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in vectors) + "\n]\n")


if __name__ == "__main__":
    main()
