"""Serve the built book compressed, as a real host does, for Lighthouse and for the weight of its pages.

.venv/bin/python benchmarks/serve.py          serve at http://127.0.0.1:8001/
npx lighthouse http://127.0.0.1:8001/chapters/dormancy.html --view
"""

from __future__ import annotations

import gzip
import http.server
import io

from seedsoil.site.build import HTML

COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml")


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory=str(HTML))

    def log_message(self, *arguments) -> None:
        pass

    def send_head(self):
        path = self.translate_path(self.path)
        if self.path.endswith("/"):
            path += "index.html"
        if not path.endswith(COMPRESSED):
            return super().send_head()
        try:
            with open(path, "rb") as file:
                body = gzip.compress(file.read(), 9)
        except OSError:
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return io.BytesIO(body)


if __name__ == "__main__":
    with http.server.ThreadingHTTPServer(("127.0.0.1", 8001), Handler) as server:
        print("http://127.0.0.1:8001/ (stop with Ctrl+C)")
        server.serve_forever()
