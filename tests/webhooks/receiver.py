"""Somebody else's server: keeps what it gets, answers what the test wants, checks signatures."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """A server on this machine. `status` is what it answers; None hangs up without an answer."""

    def __init__(self):
        self.status = 200
        self.headers = {}
        self.got = []
        self.tries = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.005,), daemon=True
        )
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}/hooks?shop=1"

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def bodies(self):
        return [json.loads(body) for _, body in self.got]

    def _handler(receiver):  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver._lock:
                    receiver.tries += 1
                    status = receiver.status
                    if status is not None and 200 <= status < 300:
                        receiver.got.append((dict(self.headers.items()), body))
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"not\ntoday" if status >= 300 else b"")

            def log_message(self, *_):
                """Nothing."""

        return Handler


def verified(secret, headers, body):
    """As the receiver's own library does it: any one of the signatures may be right."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    names = {name.lower(): value for name, value in headers.items()}
    signed = b".".join([names["webhook-id"].encode(), names["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [each.removeprefix("v1,") for each in names["webhook-signature"].split(" ")]
    return expected in given
