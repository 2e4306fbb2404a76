"""`manage.py messages`: collect the source texts into the Chinese catalogue, check it, compile it.

Done by Babel, so that nobody needs the gettext programs.
"""

import io
import os
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

FOLDER = settings.LOCALE_PATHS[0] / "zh_Hant" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
SOURCES = ("alliance", "members", "workinggroups", "proposals", "events", "templates")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
HEADER = """\
# 正體中文 of the alliance portal. Written by `make messages`; fill in the msgstr lines by hand.
msgid ""
msgstr ""
"Language: zh_Hant\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class Command(BaseCommand):
    help = "Collect the texts to translate, and compile the Chinese catalogue."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--check", action="store_true", help="change nothing; fail unless complete")
        kind.add_argument("--compile", action="store_true", help="only compile, if the catalogue is newer")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if options["compile"]:
            if not MO.exists() or MO.stat().st_mtime < PO.stat().st_mtime:
                self.compile(existing())
            return
        collected, catalog = collect(), existing()
        if check:
            self.check_complete(catalog, collected)
            return
        catalog.update(collected, no_fuzzy_matching=True)
        save(catalog)
        self.compile(catalog)
        missing = sum(not translated(message) for message in catalog if message.id)
        self.stdout.write(f"{len(catalog)} texts, {missing} without a translation")

    def compile(self, catalog: Catalog) -> None:
        """Write the .mo file so that no running process sees half of it."""
        unfinished = MO.with_suffix(f".{os.getpid()}.part")
        with unfinished.open("wb") as file:
            write_mo(file, catalog)
        unfinished.replace(MO)

    def check_complete(self, catalog: Catalog, collected: Catalog) -> None:
        faults = []
        for message in collected:
            if message.id:
                known = catalog.get(message.id, message.context)
                if known is None or not translated(known):
                    faults.append(f"missing: {message.id!r} ({message.locations[0][0]})")
                elif known.fuzzy:
                    faults.append(f"fuzzy: {message.id!r}")
        for message in catalog:
            if message.id and collected.get(message.id, message.context) is None:
                faults.append(f"obsolete: {message.id!r}")
        faults += [f"{errors[0]}: {message.id!r}" for message, errors in catalog.check()]
        if faults:
            faults.append(f"{len(faults)} faults; `make messages` collects the texts")
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(catalog)} texts, all translated")


def collect() -> Catalog:
    """All texts of the sources, without translations."""
    catalog = Catalog(locale="zh_Hant")
    for place, text, context in found():
        catalog.add(text, locations=[(place, 0)], context=context)
    return catalog


def found() -> Iterator[tuple[str, Any, str | None]]:
    """Place, text (or singular and plural) and context of each text in the sources."""
    for path in sorted(
        path
        for folder in SOURCES
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts
    ):
        method: Any = extract_python if path.suffix == ".py" else extract_template
        with path.open("rb") as file:
            for _line, text, _comments, context in extract(method, file, keywords=KEYWORDS):
                yield str(path.relative_to(settings.BASE_DIR)), text, context


def extract_template(file: Any, keywords: Any, tags: Any, options: Any) -> Iterable[Any]:
    """Babel's extractor for Django templates: Django turns them into what reads like Python."""
    lines = templatize(file.read().decode()).splitlines()
    source = "\n".join(line.strip() for line in lines).encode()
    return extract_python(io.BytesIO(source), keywords, tags, {"encoding": "utf-8"})


def existing() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hant")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hant")


def save(catalog: Catalog) -> None:
    text = io.BytesIO()
    form: dict[str, Any] = {"width": 100, "include_lineno": False, "sort_output": True}
    write_po(text, catalog, omit_header=True, ignore_obsolete=True, **form)
    PO.write_text(HEADER + text.getvalue().decode().lstrip())


def translated(message: Any) -> bool:
    """Whether each form of the text has its translation."""
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)
