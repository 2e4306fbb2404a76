"""Every row of the matrix as every role: what came back, what was written, what stood in it.

One walk serves the tests of rights, of secrets and of headers; each request is undone before the next.
"""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from tests import rights
from tests.canaries import OTHERS, SECRETS
from tests.rights import Row
from tests.world import Visitor, World, world

OUTCOMES = {
    200: "ok", 400: "bad", 401: "unsigned", 403: "denied", 404: "no", 405: "method",
    409: "refused", 410: "gone", 422: "refused", 500: "crash",
}  # fmt: skip
SUSPICIOUS = re.compile(r"<style|<script(?![^>]*\ssrc=)|\s(on[a-z]+|style)\s*=|javascript:", re.IGNORECASE)
"""What makes it worth parsing a page, which takes as long as making it."""
WORDS = {*SECRETS.values(), *OTHERS.values()}


@dataclass
class Answer:
    """One request as the tests look at it."""

    url: str
    status: int
    outcome: str
    headers: dict[str, str]
    cookies: set[str]
    writes: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    has_token: bool = False


@dataclass
class Crawl:
    """Answers by (name of the row, role)."""

    gets: dict[tuple[str, str], Answer]
    posts: dict[tuple[str, str], Answer]
    forged: dict[str, Answer]
    """By route: a POST without the form's token, by somebody who may."""


@cache
def routes() -> dict[str, str]:
    """Name → address as the URLconf writes it, of every route. Unnamed ones of the admin get a name here."""
    return dict(_walk(get_resolver().url_patterns))


def _walk(patterns: list[Any], spaces: tuple[str, ...] = (), before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = pattern.name or _name_of(address)
            yield ":".join((*spaces, name)), address
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, inner, address)


def _name_of(address: str) -> str:
    if address == "admin/(?P<url>.*)$":
        return "nowhere"
    if address.endswith("<path:object_id>/"):
        return "_".join(address.split("/")[1:3]) + "_old_address"
    return address


def address(row: Row, values: dict[str, Any]) -> str:
    """The address of a row's route for its object."""
    args = {name: str(text).format(**values) for name, text in row.args.items()}
    query = "?" + args.pop("query") if "query" in args else ""
    if row.route == "admin:nowhere":
        return "/admin/nowhere/"
    if row.route.endswith("_old_address"):
        return reverse(row.route.replace("_old_address", "_changelist")) + values["object_id"] + "/"
    known = {
        k: v
        for k, v in (values | args).items()
        if f":{k}>" in routes()[row.route] or f"P<{k}>" in routes()[row.route]
    }
    return reverse(row.route, kwargs=known) + query


def outcome(response: HttpResponse) -> str:
    if response.status_code in (301, 302):
        target = urlsplit(response.headers["Location"]).path
        return "in" if target == reverse("account_login") else "go"
    if response.status_code == 401 and "html" in response.headers["Content-Type"]:
        return "in"
    return OUTCOMES.get(response.status_code, str(response.status_code))


class Faults(HTMLParser):
    """What a strict content security policy would not let run or show."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        is_data = names.get("type") in ("application/json", "application/ld+json")
        if tag == "style" or (tag == "script" and not names.get("src") and not is_data):
            self.found.append(f"<{tag}> at {self.getpos()}")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"{tag} {name}={value!r} at {self.getpos()}")
            if value and value.strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value!r} at {self.getpos()}")


@contextmanager
def undone() -> Iterator[list[str]]:
    """Undoes what happens inside; gives the statements that wrote, sessions aside."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            written.append(sql[:120])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield written
        transaction.set_rollback(True)


def ask(client: Client, url: str, data: dict[str, str] | None = None) -> Answer:
    """A GET, or with `data` a POST. What it did, and its cookies, are undone."""
    cookies = client.cookies.copy()
    with undone() as writes:
        response = client.get(url) if data is None else client.post(url, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
    text = body.decode(errors="replace")
    if response.headers.get("Content-Type") == "application/zip":
        text = _unpacked(body)
    faults = Faults()
    if response.headers.get("Content-Type", "").startswith("text/html") and SUSPICIOUS.search(text):
        faults.feed(text)
    return Answer(
        url=url,
        status=response.status_code,
        outcome=outcome(response),
        headers=dict(response.headers),
        cookies=set(response.cookies),
        writes=writes,
        words={word for word in WORDS if word in text},
        faults=faults.found,
        has_token="csrfmiddlewaretoken" in text,
    )


def _unpacked(body: bytes) -> str:
    """Names and contents of the files of a ZIP: packed, no word in them would be seen."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = [part for name in archive.namelist() for part in (name.encode(), archive.read(name))]
    return b"\n".join(parts).decode(errors="replace")


def crawl(rows: list[Row]) -> Crawl:
    """Of all rows some six thousand requests, most of which are turned away."""
    found = Crawl({}, {}, {})
    logging.disable(logging.WARNING)
    try:
        with world() as made:
            for row in rows:
                _walk_row(made, row, found)
    finally:
        logging.disable(logging.NOTSET)
    return found


def _walk_row(made: World, row: Row, found: Crawl) -> None:
    values = made.objects[row.on] if row.on else {}
    url = address(row, values)
    data = {name: text.format(**values) for name, text in row.data.items()}
    for role in row.roles:
        client = made.clients[role]
        found.gets[row.name, role] = ask(client, url)
        if row.post is not None:
            found.posts[row.name, role] = ask(client, url, data)
    if row.route in found.forged:
        return
    expected = rights.read(row.post or row.get)
    first = next(
        (role for role in row.roles if expected[role] in ("ok", "go") and role != "anonymous"), "superuser"
    )
    forger = Visitor(enforce_csrf_checks=True)
    forger.cookies = made.clients[first].cookies
    found.forged[row.route] = ask(forger, url, data)
