"""Was a form sent from a page of ours? Browsers say so, whatever a page would have them say.

A form on a strange page could have its visitors ask for mails to others, each from a network of
their own. Programs, which have no pages, say nothing and are let through.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

from monitor.entrypoints.web.layers.privacy import has_token


def from_our_pages(request: Request) -> None:
    """Refuse a form that a browser sends from another site's page.

    `Sec-Fetch-Site` decides where it is sent (by browsers since 2023, over TLS and on loopback),
    `Origin` otherwise. From a page that lets no referrer out, a form has the origin `null` (Fetch,
    section 3.2); such are our pages whose address holds a token, which no stranger knows. A proxy
    may ask us under another name than the public one: both are ours.

    Raises:
        HTTPException: 403; it comes from another site.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = _is_ours(request, request.headers.get("origin"))
    if not ours:
        raise HTTPException(403, "this form was sent from another site: open our page, and use it")


def _is_ours(request: Request, origin: str | None) -> bool:
    if origin is None:
        return True
    if origin == "null":
        return has_token(request.url.path)
    ours = {request.headers.get("host"), urlsplit(request.app.state.public_url or "").netloc}
    return urlsplit(origin).netloc in ours - {"", None}
