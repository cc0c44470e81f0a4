"""`/widget/…`: the scripts that host pages load."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from libs.common.errors import NotFound
from services.edge_gateway.etag import none_match
from services.edge_gateway.widget_files import WidgetFile, WidgetFiles

LOADER_CACHE = "public, max-age=300"
HASHED_CACHE = "public, max-age=31536000, immutable"

# The files are public and the same for everybody; the panel is a module, which browsers load with CORS.
_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class WidgetRoutes:
    """The routes and what they need."""

    files: WidgetFiles

    async def loader(self, request: Request) -> Response:
        """Returns the loader, which keeps its name and changes."""
        return _respond(request, self.files.loader(), LOADER_CACHE)

    async def hashed(self, request: Request) -> Response:
        """Returns a file that never changes."""
        return _respond(request, self.files.hashed(request.path_params["name"]), HASHED_CACHE)


def _respond(request: Request, file: WidgetFile | None, cache: str) -> Response:
    if file is None:
        raise NotFound("There is no such file; `make widget` builds the widget.")
    compress = _accepts_gzip(request.headers.get("accept-encoding", ""))
    etag = file.compressed_etag if compress else file.etag
    headers = {**_PUBLIC, "Cache-Control": cache, "ETag": etag}
    if none_match(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    if compress:
        headers["Content-Encoding"] = "gzip"
    content = file.compressed if compress else file.content
    return Response(content, headers=headers, media_type=file.content_type)


def _accepts_gzip(accept_encoding: str) -> bool:
    for word in accept_encoding.lower().split(","):
        coding, _, weight = word.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
