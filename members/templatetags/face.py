"""How the portal shows things: dates as people say them, two languages, icons, badges, clock bars, fields.

Templates load this library as `face`. `/style/` shows every tag at work.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override, pgettext

from members.clock import TAIPEI
from members.markup import markdown, typed
from members.said import Day, countdown, day, days_left, due_tone, in_chinese, iso, local_text, moment, roc

register = template.Library()

OWNERS = ("alliance", "ministry", "proposer", "coordination", "late", "remaining")

for said in (day, moment, roc, iso, days_left, countdown, due_tone, markdown, typed):
    register.filter(said.__name__, said)


# --- dates and languages -------------------------------------------------------------------------


@register.simple_tag(name="time")
def time_tag(value: Day, form: str = "day") -> SafeString | str:
    """A `<time>` element round a date; form is day, year, moment, moment-year, roc or iso."""
    if not value:
        return ""
    if isinstance(value, datetime) and form.startswith("moment"):
        machine = value.astimezone(TAIPEI).isoformat("T", "minutes")
        shown = moment(value, form.removeprefix("moment-"))
    else:
        machine = iso(value)
        shown = {"day": day(value), "year": day(value, "year"), "roc": roc(value), "iso": machine}[form]
    return format_html('<time datetime="{}">{}</time>', machine, shown)


@register.filter
def last_day(row: Any) -> date | None:
    """The last day of a dated row, whose `ends_on` is the first day without it; None while it is open."""
    return row.ends_on and max(row.ends_on - timedelta(days=1), row.starts_on or date.min)


@register.filter
def unbroken(sentence: str) -> SafeString:
    """A sentence whose Chinese dates do not part from the 止, 起 or 前 behind them at the end of a line."""
    return mark_safe(re.sub(r"(?<=）</time>)(?=[止起前以])", "\u2060", conditional_escape(sentence)))  # noqa: S308  just escaped


@register.filter
def host(address: str) -> str:
    """The address of a website as people say it: without its scheme and the bare slash at its end."""
    return re.sub(r"^https?://|/$", "", address)


@register.filter
def closed_up(title: object) -> str:
    """A heading of the admin without the spaces that Django leaves in Chinese round a name."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", str(title))


def _language_mark(code: str) -> SafeString:
    label = gettext("Chinese only") if code == "zh" else gettext("English only")
    return format_html(' <span class="mark-lang">{}</span>', label)


@register.filter(name="local")
def local_filter(thing: object, field: str) -> str:
    """`field` in the language of the page, else in the other one; plain text, unmarked."""
    return "" if thing is None else local_text(thing, field)[0]


@register.simple_tag(name="local")
def local_tag(thing: object, field: str, mark: bool = True) -> SafeString | str:
    """Like the filter, and honest: foreign text carries its `lang` and says that there is no other."""
    if thing is None:
        return ""
    text, code = local_text(thing, field)
    if not text or (code == "zh") == in_chinese():
        return text
    lang = "zh-Hant" if code == "zh" else "en"
    return format_html('<span lang="{}">{}</span>{}', lang, text, _language_mark(code) if mark else "")


# --- small pieces --------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of static/img/icons.svg: decoration, or with a label a picture of that name."""
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>',
            label,
            href,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        href,
    )


@register.simple_tag
def badge(tone: str, icon_name: str, text: str) -> SafeString:
    """A status as icon, word and colour; never colour alone."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(icon_name), text)


@register.inclusion_tag("components/page_meta.html", takes_context=True)
def page_meta(context: template.Context, updated: Day = None, unit: str = "") -> dict[str, Any]:
    """Who publishes the page and when it was last changed (both habits of government sites)."""
    portal = context.get("portal") or {}
    return {
        "updated": updated,
        "unit": unit or (portal["office"].unit if portal else gettext("Secretariat of the alliance")),
    }


def _segment(item: Any) -> tuple[str, int]:
    if isinstance(item, str):
        owner, days = item.split()
        return owner, int(days)
    if isinstance(item, Mapping):
        return item["owner"], item["days"]
    return (item.owner, item.days) if hasattr(item, "owner") else tuple(item)


def clock_names() -> dict[str, str]:
    """To whom days are booked, in words."""
    return {
        "alliance": pgettext("whose days", "Alliance"),
        "ministry": pgettext("whose days", "Ministry"),
        "proposer": pgettext("whose days", "Proposer (clock stopped)"),
        "coordination": pgettext("whose days", "Coordination"),
        "late": pgettext("whose days", "Past the due date"),
        "remaining": pgettext("whose days", "Remaining"),
    }


@register.inclusion_tag("components/clock.html")
def clock(segments: Iterable[Any] | str, size: str = "large") -> dict[str, Any]:
    """Whose days have passed, drawn: a bar with a legend (large), or the bar alone (small).

    `segments` are ordered (owner, days) pairs, mappings or objects, or "alliance 11, ministry 23" as
    text; owners as in OWNERS. Elapsed days are those of all owners but "remaining".
    """
    items = segments.split(",") if isinstance(segments, str) else segments or ()
    parts = [(owner, days) for owner, days in map(_segment, items) if days > 0]
    unknown = {owner for owner, _ in parts} - set(OWNERS)
    if unknown:
        raise ValueError(f"unknown owner of days: {', '.join(sorted(unknown))}")
    whole = sum(days for _, days in parts)
    bars, start = [], 0
    for owner, days in parts:
        bars.append(
            {
                "owner": owner,
                "x": f"{100 * start / whole:.3f}%",
                "width": f"{100 * days / whole:.3f}%",
            }
        )
        start += days
    names = clock_names()
    legend = [
        {
            "owner": owner,
            "name": names[owner],
            "days": sum(d for o, d in parts if o == owner),
        }
        for owner in OWNERS
        if any(o == owner for o, _ in parts)
    ]
    elapsed = sum(days for owner, days in parts if owner != "remaining")
    return {"bars": bars, "legend": legend, "elapsed": elapsed, "size": size}


@register.inclusion_tag("components/meter.html")
def meter(value: float, total: float, tone: str = "brand") -> dict[str, str]:
    """A thin bar for a share; the figure itself must stand beside it in text."""
    share = min(1.0, max(0.0, value / total)) if total else 0.0
    return {"width": f"{100 * share:.2f}%", "tone": tone}


# --- forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, cards: bool = False, hide_label: bool = False, width: str = ""
) -> dict[str, Any]:
    """A form field with label, help, error and widget, all linked to each other."""
    kind = getattr(bound.field.widget, "input_type", "textarea")
    return {
        "field": bound,
        "kind": "hidden" if bound.is_hidden else kind,
        "group": bound.use_fieldset,
        "cards": cards,
        "hide_label": hide_label,
        "width": width,
        "optional": not bound.field.required and (bound.use_fieldset or kind != "checkbox"),
    }


@register.inclusion_tag("components/errors.html")
def errors(*forms: BaseForm | Iterable[BaseForm]) -> dict[str, Any]:
    """The error summary of one or more forms (or formsets): every error, linked to its field."""
    general: list[str] = []
    fields: list[tuple[str, str]] = []
    for form in _each_form(forms):
        general += [str(e) for e in form.non_field_errors()]
        for bound in form:
            if bound.is_hidden:
                general += [str(e) for e in bound.errors]
                continue
            target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
            fields += [(target, _named(bound, text)) for text in map(str, bound.errors)]
    for formset in forms:
        if hasattr(formset, "non_form_errors"):
            general += [str(e) for e in formset.non_form_errors()]
    return {"general": general, "fields": fields}


def _named(bound: BoundField, text: str) -> str:
    """An error as the summary says it: what every empty field says names the field there."""
    if text != gettext("This field is required."):
        return text
    return gettext("Fill in “%(field)s”.") % {"field": bound.label}


def _each_form(forms: Iterable[Any]) -> Iterable[BaseForm]:
    for form in forms:
        if form is None or not form.is_bound:
            continue
        yield from ([form] if isinstance(form, BaseForm) else form)


# --- the frame ---------------------------------------------------------------------------------


class AsideNode(template.Node):
    """The column beside the content, with its access key; nothing at all where a page puts nothing in it."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString | str:
        inside = self.nodelist.render(context)
        if not inside.strip():
            return ""
        return render_to_string("components/aside.html", {"inside": inside})


@register.tag
def aside(parser: template.base.Parser, token: template.base.Token) -> AsideNode:
    """`{% aside %}…{% endaside %}`."""
    nodelist = parser.parse(("endaside",))
    parser.delete_first_token()
    return AsideNode(nodelist)


# --- links ---------------------------------------------------------------------------------------


def _url(name: str, kwargs: Mapping[str, Any]) -> str:
    """The address of a URL name, or nothing where this installation has no such page."""
    try:
        return reverse(name, kwargs=dict(kwargs)) if name else ""
    except NoReverseMatch:
        return ""


@register.simple_tag
def crumb(name: str, text: str, **kwargs: Any) -> SafeString:
    """One breadcrumb: a link to a URL name, or plain text for the page itself."""
    url = _url(name, kwargs)
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, text)
    return format_html('<li><span aria-current="page">{}</span></li>', text)


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, name: str, text: str, css: str = "") -> SafeString | str:
    """An item of the main menu, marked when the page lies under it; nothing where the page does not exist."""
    url = _url(name, {})
    if not url:
        return ""
    path = getattr(context.get("request"), "path", "")
    current = (
        format_html(' aria-current="{}"', "page" if path == url else "true") if path.startswith(url) else ""
    )
    return format_html('<li><a class="{}" href="{}"{}>{}</a></li>', css, url, current, text)


@register.inclusion_tag("components/side_link.html")
def side_link(
    url: str, text: str, count: int | None = None, current: bool = False, icon: str = ""
) -> dict[str, Any]:
    """An item of the left menu of working pages, with how much lies behind it."""
    return {"url": url, "text": text, "count": count, "current": current, "icon": icon}


@register.simple_tag
def address(name: str) -> str:
    """The address of a URL name without arguments, or nothing where there is no such page."""
    return _url(name, {})


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context) -> str:
    """The same page in the other language; its home where the page has no translation."""
    other = "en" if in_chinese() else settings.LANGUAGE_CODE
    request = context.get("request")
    here = request.get_full_path() if request else "/"
    there = translate_url(here, other)
    if there != here:
        return there
    with override(other):
        return _url("home", {}) or "/"


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """The query string of this page with some values changed; None takes one away."""
    request = context.get("request")
    values: QueryDict | dict[str, Any] = request.GET.copy() if request else {}
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    encoded = values.urlencode() if isinstance(values, QueryDict) else urlencode(values)
    return f"?{encoded}"
