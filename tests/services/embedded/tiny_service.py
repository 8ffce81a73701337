"""The smallest thing that can be a service: it answers 200 on every path."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Door(BaseHTTPRequestHandler):
    """Answers with one variable of its environment."""

    def do_GET(self) -> None:
        """Answer with the value of the variable the path names."""
        body = os.environ.get(self.path.strip("/"), "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    if "--broken" in sys.argv:
        sys.exit("the settings are wrong")
    HTTPServer(("127.0.0.1", int(os.environ["THROUGHLINE_PORT"])), Door).serve_forever()
