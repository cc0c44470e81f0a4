"""Refuses requests that another reader of HTTP/1.1 could take for something else.

llhttp, below uvicorn, already refuses ambiguous lengths, codings, line ends and folded headers. What it lets
through is refused here: no host or two of them (RFC 9112, section 3.2), versions that nobody speaks, and
trailers, which uvicorn would add to the headers of a request that is being served, without an end to them.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.edge_gateway.problem import HttpRefusal, problem_response

MAX_FRAMING_BYTES = 512 * 1024
"""What may come after a head that is no content: sizes and extensions of chunks, and trailers. Enough for
64 KiB of content in chunks of a byte."""

_VERSIONS = frozenset({"1.0", "1.1"})


class StrictProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, for those who mean one thing by it."""

    _in_head = True
    _framing_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Takes bytes; what follows a head and is no content is counted."""
        if not self._in_head:
            self._framing_bytes += len(data)
        super().data_received(data)
        if self._framing_bytes > MAX_FRAMING_BYTES and not self.transport.is_closing():
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header; a trailer is passed over."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Leaves the head, if it names one host and a version that is spoken here."""
        self._in_head = False
        version = self.parser.get_http_version()
        hosts = sum(name == b"host" for name, _ in self.headers)
        if version not in _VERSIONS or hosts > 1 or (version == "1.1" and hosts == 0):
            raise ValueError("the parser's caller answers 400")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes content."""
        self._framing_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Leaves the request: what comes next is the head of another."""
        self._in_head = True
        self._framing_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what is no request."""
        refusal = HttpRefusal(msg)
        refusal.headers = {"Connection": "close", "X-Content-Type-Options": "nosniff"}
        response = problem_response(refusal)
        head = b"".join(b"%b: %b\r\n" % header for header in response.raw_headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + b"\r\n" + bytes(response.body))
        self.transport.close()
