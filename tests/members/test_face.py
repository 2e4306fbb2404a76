"""The face: how dates are said, what tags render, and whether the colours can be read."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import format_html

from members import clock, markup, said
from members.templatetags import face

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=clock.TAIPEI)
MONDAY = date(2026, 12, 14)


@pytest.fixture(autouse=True)
def _late_november():
    with clock.at(NOW):
        yield


@pytest.fixture
def zh():
    with translation.override("zh-hant"):
        yield


@pytest.fixture
def en():
    with translation.override("en"):
        yield


def render(source: str, path: str = "/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template("{% load i18n face %}" + source).render(Context({"request": request, **context}))


# --- dates ---------------------------------------------------------------------------------------


def test_dated_row_ends_on_the_day_before_it_is_over() -> None:
    held = SimpleNamespace(starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 12))
    assert face.last_day(held) == date(2026, 7, 11)
    assert face.last_day(SimpleNamespace(starts_on=None, ends_on=date(2026, 7, 12))) == date(2026, 7, 11)
    assert face.last_day(SimpleNamespace(starts_on=held.starts_on, ends_on=held.starts_on)) == held.starts_on
    assert face.last_day(SimpleNamespace(starts_on=held.starts_on, ends_on=None)) is None


def test_chinese_date_keeps_the_word_behind_it_on_its_line(zh: None) -> None:
    due = face.time_tag(date(2026, 12, 3))
    said = format_html("至{}止，{}", due, "<b>")
    assert face.unbroken(said) == f"至{due}\u2060止，&lt;b&gt;"
    assert face.unbroken("a <time>") == "a &lt;time&gt;"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://www.fsc.gov.tw/", "www.fsc.gov.tw"),
        ("http://a.example/en/", "a.example/en"),
        ("a.example", "a.example"),
    ],
)
def test_website_is_shown_without_its_scheme(address: str, said: str) -> None:
    assert face.host(address) == said


def test_heading_of_the_admin_has_no_gaps_in_chinese() -> None:
    assert face.closed_up("選擇 單位 來修改") == "選擇單位來修改"
    assert face.closed_up("選擇 OID 來修改") == "選擇 OID 來修改"


def test_day_of_this_year_in_chinese(zh):
    assert said.day(MONDAY) == "12月14日（一）"


def test_day_of_this_year_in_english(en):
    assert said.day(MONDAY) == "Mon 14 Dec"


def test_day_of_another_year_carries_the_roc_year(zh):
    assert said.day(date(2027, 1, 5)) == "民國116年1月5日（二）"


def test_day_of_another_year_in_english(en):
    assert said.day(date(2025, 12, 14)) == "14 Dec 2025"


def test_day_with_year_when_asked(zh):
    assert render('{{ d|day:"year" }}', d=MONDAY) == "民國115年12月14日（一）"


def test_day_of_a_moment_is_the_day_in_taipei(zh):
    assert said.day(datetime(2026, 12, 13, 17, 0, tzinfo=UTC)) == "12月14日（一）"


def test_moment_shows_the_time_in_taipei(zh):
    assert said.moment(datetime(2026, 12, 13, 17, 5, tzinfo=UTC)) == "12月14日（一）01:05"


def test_roc_before_the_republic():
    assert said.roc(date(1911, 10, 10)) == "民國前1年10月10日"


def test_roc_of_a_letter_is_the_same_in_english(en):
    assert said.roc(date(2026, 9, 29)) == "民國115年9月29日"


@pytest.mark.parametrize("name", ["day", "moment", "roc", "iso", "days_left", "countdown"])
def test_filters_of_nothing_say_nothing(name):
    assert render("{{ d|" + name + " }}", d=None) == ""


def test_time_tag_carries_the_machine_form(zh):
    assert render('{% time d "roc" %}', d=MONDAY) == '<time datetime="2026-12-14">民國115年12月14日</time>'


def test_time_tag_of_a_moment_carries_the_zone(zh):
    html = render('{% time m "moment" %}', m=datetime(2026, 12, 13, 17, 5, tzinfo=UTC))
    assert html == '<time datetime="2026-12-14T01:05+08:00">12月14日（一）01:05</time>'


@pytest.mark.parametrize(
    ("on", "words", "tone"),
    [
        (date(2026, 12, 18), "26 days left", "brand"),
        (date(2026, 11, 29), "7 days left", "soon"),
        (date(2026, 11, 22), "due today", "soon"),
        (date(2026, 11, 21), "1 day late", "late"),
    ],
)
def test_countdown_and_tone(en, on, words, tone):
    assert (said.countdown(on), said.due_tone(on)) == (words, tone)


# --- languages and author's text -----------------------------------------------------------------


def test_local_takes_the_language_of_the_page(en):
    body = SimpleNamespace(name_zh="數位發展部", name_en="Ministry of Digital Affairs")
    assert render('{{ o|local:"name" }}|{% local o "name" %}', o=body).split("|") == [body.name_en] * 2


def test_local_falls_back_and_says_so(en):
    html = render('{% local o "name" %}', o=SimpleNamespace(name_zh="數位發展部", name_en=""))
    assert html.startswith('<span lang="zh-Hant">數位發展部</span>')
    assert "Chinese only" in html


def test_markdown_shows_html_as_text():
    html = markup.markdown('<script>alert(1)</script> <b onclick="x()">b</b>')
    assert "<script" not in html
    assert "<b" not in html


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_markdown_refuses_links_that_run(target):
    assert "href" not in markup.markdown(f"[x]({target})")


def test_markdown_drops_pictures():
    assert "<img" not in markup.markdown("![x](https://example.org/track.png)")


def test_markdown_sinks_headings():
    assert "<h3>" in markup.markdown("# Reasons")
    assert "<h2>" in markup.markdown("# Reasons", 1)


# --- pieces --------------------------------------------------------------------------------------


def test_clock_segments_fill_the_bar(en):
    html = render('{% clock "alliance 10, ministry 20, proposer 5, ministry 5, remaining 10" %}')
    widths = [float(w) for w in re.findall(r'clock-part [^>]*width="([\d.]+)%"', html)]
    assert sum(widths) == pytest.approx(100)
    assert "Ministry 25 days" in html
    assert "<b>40</b> days so far" in html


def test_clock_of_an_unknown_owner_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        face.clock([("nobody", 3)])


def test_clock_without_days_draws_nothing():
    assert render("{% clock s %}", s=[]).strip() == ""


def test_badge_escapes_its_word():
    assert "&lt;b&gt;" in face.badge("ok", "check", "<b>")


def test_aside_without_content_leaves_nothing():
    assert render("{% aside %}\n  {% endaside %}") == ""
    assert "<aside" in render("{% aside %}x{% endaside %}")


def test_nav_link_marks_the_section_of_the_page(en):
    assert 'aria-current="true"' in render('{% nav_link "search" "Search" %}', path="/en/search/deeper/")
    assert 'aria-current="page"' in render('{% nav_link "search" "Search" %}', path="/en/search/")


def test_nav_link_to_a_page_that_does_not_exist_is_not_shown():
    assert render('{% nav_link "no-such-page" "x" %}') == ""


def test_other_language_url_keeps_page_and_query(zh):
    assert render("{% other_language_url %}", path="/search/?q=x") == "/en/search/?q=x"


def test_other_language_url_of_an_unknown_page_is_home(zh):
    assert render("{% other_language_url %}", path="/no/such/page/") == "/en/"


def test_query_changes_one_value():
    assert render("{% query page=3 %}", path="/?q=x&page=2") == "?q=x&amp;page=3"
    assert render("{% query page=None %}", path="/?q=x&page=2") == "?q=x"


class Sample(forms.Form):
    title = forms.CharField(help_text="Short.")
    law = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_field_links_help_and_error():
    html = render("{% field f.title %}", f=Sample({}))
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html).group(1).split()
    assert set(described) == {"id_title_helptext", "id_title_error"}
    assert all(f'id="{name}"' in html for name in described)
    assert 'aria-invalid="true"' in html


def test_field_says_what_is_optional(en):
    assert "(optional)" in render("{% field f.law %}", f=Sample())
    assert "(optional)" not in render("{% field f.title %}", f=Sample())


def test_field_of_choices_is_a_fieldset_with_a_legend():
    html = render("{% field f.kind %}", f=Sample())
    assert re.search(r"<fieldset[^>]*>\s*<legend>Kind", html)


def test_error_summary_links_to_elements_that_exist():
    html = render("{% errors f %}{% field f.title %}{% field f.kind %}", f=Sample({}))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["id_title", "id_kind_0"]
    assert all(f'id="{target}"' in html for target in targets)


def test_error_summary_of_a_valid_form_is_nothing():
    assert render("{% errors f %}", f=Sample({"title": "x", "kind": "a"})).strip() == ""


@pytest.mark.parametrize("name", ["400", "403_csrf", "500"])
def test_error_pages_stand_without_context(name):
    html = get_template(f"{name}.html").render()
    assert 'lang="zh-Hant"' in html
    assert 'lang="en"' in html


@pytest.mark.parametrize("name", ["403", "404"])
def test_missing_pages_stand_without_portal(name, zh):
    request = RequestFactory().get("/no/such/page/")
    assert "<h1>" in get_template(f"{name}.html").render({"user": None}, request)


# --- the rules of the house ----------------------------------------------------------------------


def every_template() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html")))


def test_every_icon_that_templates_name_exists():
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "img/icons.svg").read_text()))
    used = set(re.findall(r'\{% icon "([a-z-]+)"', every_template()))
    used |= set(re.findall(r'\{% badge "[a-z]+" "([a-z-]+)"', every_template()))
    assert used
    assert used - drawn == set()


def test_no_template_carries_inline_style_or_script():
    source = every_template()
    assert not re.findall(r"<[a-z][^>{]*\sstyle=", source)
    assert not re.findall(r"<style|<[a-z][^>{]*\son[a-z]+=|<script(?![^>]*src=)[^>]*>", source)


def themes() -> dict[str, dict[str, str]]:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "css/tokens.css").read_text(), flags=re.S)
    blocks = {
        selector.strip(): dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
        for selector, body in re.findall(r"([^{}]+)\{([^{}]+)\}", css)
    }
    light = next(colours for name, colours in blocks.items() if name.endswith('[data-theme="light"]'))
    return {
        "light": light,
        "dark": blocks['[data-theme="dark"]'],
        "system": blocks[':root:not([data-theme="light"])'],
    }


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("paper", "surface", "sunken")
TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-2", "brand", "brand-deep", "seal", "amber", "ok")
        for ground in GROUNDS
    ],
    *[(ink, f"{ink}-tint") for ink in ("brand", "seal", "amber", "ok", "calm")],
    *[("ink", f"{tint}-tint") for tint in ("brand", "seal", "amber", "ok", "calm", "muted")],
    ("brand-deep", "brand-tint"),
    ("ink-2", "muted-tint"),
    ("ink-2", "brand-tint"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("on-seal", "seal"),
]
SHAPES = [
    *[(shape, ground) for shape in ("line-strong", "brand", "seal") for ground in ("paper", "surface")],
    *[(f"c-{owner}", "paper") for owner in ("alliance", "ministry", "late")],
    ("c-alliance", "c-ground"),
    ("c-ministry", "c-ground"),
    ("c-late", "c-ground"),
    ("c-proposer-line", "c-proposer"),
    ("c-coordination-line", "c-coordination"),
]


def test_both_ways_into_the_dark_show_the_same_colours():
    assert themes()["dark"] == themes()["system"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme, ink, ground):
    colours = themes()[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_told_apart(theme, shape, ground):
    least = 2 if shape.endswith("-line") else 3  # inside a hatch two tones of one colour are enough
    colours = themes()[theme]
    assert contrast(colours[shape], colours[ground]) >= least
