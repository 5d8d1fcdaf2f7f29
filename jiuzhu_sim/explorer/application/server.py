"""The application's server: this machine only, nobody without the token, nothing from outside.

Standard library. It serves the page and passes requests on to the computing process (`worker`);
it computes nothing and so stays when that dies.
"""

import errno
import hmac
import json
import os
import secrets
import socketserver
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jiuzhu_sim.errors import JZError
from jiuzhu_sim.explorer.application.worker import StoppedError, Worker, unexpected
from jiuzhu_sim.language import LANGUAGES, language, text, texts

HOST = "127.0.0.1"
"""This machine and no other; there is no option for it."""

PORT = 8642
"""Tried first, so that the browser finds the scenario it kept: it keeps them by address."""

BODY_MAX = 1_000_000
"""Bytes of a request; a scenario has a few thousand."""

IDLE = 120
"""Seconds after which a connection that says nothing is closed."""

TOKEN_BYTES = 32

STATIC = Path(__file__).with_name("static")
HOUSE = Path(__file__).parents[2]
STYLES = (HOUSE / "report" / "blocks.css", HOUSE / "explorer" / "views" / "views.css")
PAGE, VIEWS_CSS = "/", "/views.css"
SCRIPTS = ("/app.js", "/controls.js", "/watch.js")
KINDS = {
    PAGE: "text/html; charset=utf-8",
    **dict.fromkeys(("/app.css", VIEWS_CSS), "text/css; charset=utf-8"),
    **dict.fromkeys(SCRIPTS, "text/javascript; charset=utf-8"),
}
JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

ASKED = ("controls", "state", "save", "open", "excel")
"""What is passed on to the computing process: ``POST /api/KIND``."""


SHAPES = {
    **dict.fromkeys(("changes", "family"), dict),
    **dict.fromkeys(("views", "kept"), list),
    **dict.fromkeys(("name", "text", "file"), str),
}
"""What the parts of a request are."""


class RefusedError(Exception):
    """A request that gets a sentence instead of an answer."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


PORT_REASONS = {errno.EADDRINUSE: "app.port.taken", errno.EACCES: "app.port.denied"}
"""Why a port cannot be had, in words of ours."""


class Server(socketserver.ThreadingMixIn, HTTPServer):
    """The server of one computing process; `address` is what to open.

    `port` None: `PORT`, or any free one where it is taken. Raises JZ-E067 when the port cannot be
    had.
    """

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # Windows would let two programs have the same port

    def __init__(self, worker: Worker, port: int | None = None):
        self.worker, self.token = worker, secrets.token_urlsafe(TOKEN_BYTES)
        self.session = secrets.token_hex(4)
        try:
            try:
                super().__init__((HOST, PORT if port is None else port), Handler)
            except OSError:
                if port is not None:
                    raise
                super().__init__((HOST, 0), Handler)
        except (OSError, OverflowError) as fault:
            key = PORT_REASONS.get(getattr(fault, "errno", 0), "app.port.none")
            reason = text(key)
            raise JZError.of("JZ-E067", f"{HOST}:{port}", port=port, reason=reason) from fault

    def server_bind(self) -> None:
        """Take the port without asking the network what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def address(self) -> str:
        """The address with the token."""
        return f"http://{HOST}:{self.server_port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Name of the cookie: browsers keep one jar for all ports of a machine."""
        return f"jiuzhu-{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hung up; nothing else comes this far."""


class Handler(BaseHTTPRequestHandler):
    """One connection of a browser."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the system holds back a short answer for 40 ms
    timeout = IDLE
    server_version = "jiuzhu"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal, which belongs to the user."""

    def _answer(self, made: Callable[[], tuple[str, bytes]]) -> None:
        """Send what was made, or the sentence why not; never a traceback."""
        try:
            self._check_host()
            self._check_token()
            kind, content = made()
            self._send(200, kind, content)
        except RefusedError as refused:
            self.close_connection = True  # a body may be left unread
            self._send(refused.status, PLAIN, refused.sentence.encode())
        except (TimeoutError, ConnectionError):
            self.close_connection = True
        except Exception as fault:
            self.close_connection = True
            self._send(500, PLAIN, str(unexpected(fault)).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        if status == 200 and self._named_token():
            cookie = f"{self.server.cookie}={self.server.token}"
            self.send_header("Set-Cookie", f"{cookie}; HttpOnly; SameSite=Strict; Path=/")
        self.end_headers()
        self.wfile.write(content)

    def _check_host(self) -> None:
        """A page of another name that points here (DNS rebinding) is not ours."""
        names = (HOST, "localhost")
        if self.headers.get("Host") not in [f"{name}:{self.server.server_port}" for name in names]:
            raise RefusedError(403, text("app.refused.host"))

    def _check_token(self) -> None:
        """The token, from the address or from the cookie it was exchanged for."""
        # By hand: other programs' cookies on this machine can be such that SimpleCookie gives up.
        pairs = (each.strip().partition("=") for each in self.headers.get("Cookie", "").split(";"))
        kept = {name: value for name, _, value in pairs}
        given = self._named_token() or kept.get(self.server.cookie, "")
        if not hmac.compare_digest(given.encode(), self.server.token.encode()):
            raise RefusedError(403, text("app.refused.token"))

    def _named_token(self) -> str:
        """The token in the address, "" if there is none."""
        return parse_qs(urlsplit(self.path).query).get("token", [""])[0]

    def _get(self) -> tuple[str, bytes]:
        path = urlsplit(self.path).path
        if path in KINDS:
            return KINDS[path], static(path)
        if path == "/api/status":
            return JSON, _json(self._status())
        if path == "/api/texts":
            return JSON, _json(page_texts())
        raise RefusedError(404, text("app.refused.missing", path=path))

    def _status(self) -> dict[str, Any]:
        server = self.server
        setup = server.worker.setup
        return server.worker.status() | {
            "law": setup.law,
            "label": dict(setup.label),
            "people": setup.data,
            "households": setup.households,
            "session": server.session,
            "lang": language(),
        }

    def _post(self) -> tuple[str, bytes]:
        origin = self.headers.get("Origin")
        if origin != f"http://{self.headers.get('Host')}":
            raise RefusedError(403, text("app.refused.origin"))
        path = urlsplit(self.path).path
        kind = path.removeprefix("/api/")
        if path == "/api/again":
            self._body()
            self.server.worker.again()
            return JSON, _json({})
        if kind not in ASKED or path == kind:
            raise RefusedError(404, text("app.refused.missing", path=path))
        request = {"lang": language(), **self._body(), "kind": kind}
        if request["lang"] not in LANGUAGES or not _well_formed(request):
            raise RefusedError(400, text("app.refused.json"))
        try:
            answer = self.server.worker.ask(request)
        except StoppedError:
            answer = {"stopped": True}
        except JZError as refused:
            answer = {"problems": [{"path": "", "sentence": str(refused)}]}
        if "content" in answer:
            return XLSX, answer["content"]
        return JSON, _json(answer)

    def _body(self) -> dict[str, Any]:
        """The request's JSON object. Refused: without a length, too long, no object."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise RefusedError(411, text("app.refused.length"))
        if int(length) > BODY_MAX:
            raise RefusedError(413, text("app.refused.size", most=f"{BODY_MAX:,}"))
        try:
            content = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise RefusedError(400, text("app.refused.json"))
        return content


@cache
def static(path: str) -> bytes:
    """The page, its styles or its scripts."""
    if path == VIEWS_CSS:  # what `views_css` gives, without the seconds that importing it takes
        return b"\n".join(each.read_bytes() for each in STYLES)
    name = "app.html" if path == PAGE else path.removeprefix("/")
    return (STATIC / name).read_bytes()


def page_texts() -> dict[str, dict[str, str]]:
    """The sentences of the page in each language, by the last part of their keys.

    >>> page_texts()["en"]["print"]
    'Print'
    """
    prefix = "app.page."
    return {
        lang: {
            key.removeprefix(prefix): words[lang]
            for key, words in texts().items()
            if key.startswith(prefix)
        }
        for lang in LANGUAGES
    }


def _well_formed(request: Mapping[str, Any]) -> bool:
    """Whether the parts of a request are what they should be; what is in them others judge."""
    parts = [isinstance(request.get(name, kind()), kind) for name, kind in SHAPES.items()]
    return all(parts) and all(
        isinstance(each, dict) and set(each) == {"name", "changes"} and _well_formed(each)
        for each in request.get("kept", [])
    )


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
