"""A copy of one's own data: JSON for machines, a page for people, in one ZIP that is never whole."""

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members import clock
from members.models import User
from proposals.exports import Part, plainly, zipped

from .owndata import ACCOUNT, account_of, tables_of


@login_required
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What a copy holds, and the button that fetches it."""
    return render(request, "members/account/data.html")


@login_required
@never_cache
@require_safe
def my_data_zip(request: HttpRequest) -> HttpResponseBase:
    """Everything that is kept of whoever asks, and of nobody else. The query count does not grow with it."""
    user: Any = request.user
    now = clock.now()
    parts = [
        Part("my-data.json", _("your data, for programs"), lambda: _json(user)),
        Part("my-data.html", _("the same, to read"), lambda: _page(user)),
    ]
    note = _("Words written for a case are in the case; what others wrote is not yours, and not in here.")
    sent = zipped("my-data", parts, {"made_at": now, "notes": [note]}, now)
    response = StreamingHttpResponse(sent, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.zip"'
    return response


def _json(user: User) -> Iterator[bytes]:
    """One object: the account, and each table with its rows, written row by row."""

    def said(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, default=plainly)

    yield f'{{"members.User": {said(account_of(user))}'.encode()
    for key, rows in tables_of(user):
        yield f",\n{said(key)}: [".encode()
        for place, row in enumerate(rows):
            yield f"{',' if place else ''}\n  {said(row)}".encode()
        yield b"]"
    yield b"}\n"


def _page(user: User) -> Iterator[bytes]:
    """A plain page with a table for each kind of row that there is."""
    language = "en" if get_language() == "en" else "zh-Hant"
    title = escape(_("My data"))
    yield (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>"
    ).encode()
    yield _table(str(User._meta.verbose_name), ACCOUNT, [account_of(user)])
    for key, rows in tables_of(user):
        found = list(rows)
        if found:
            label, _dot, name = key.rpartition(".")
            model = apps.get_model(label)
            heading = f"{model._meta.verbose_name_plural} ({model._meta.get_field(name).verbose_name})"
            yield _table(heading, tuple(found[0]), found)
    yield b"</body></html>\n"


def _table(heading: str, names: tuple[str, ...], rows: list[dict[str, Any]]) -> bytes:
    head = "".join(f'<th scope="col">{escape(name.replace("__", " "))}</th>' for name in names)
    lines = ("".join(f"<td>{escape(_shown(row[name]))}</td>" for name in names) for row in rows)
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<h2>{escape(heading)}</h2>\n{table}\n".encode()


def _shown(value: object) -> str:
    return "" if value is None else plainly(value)
