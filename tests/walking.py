"""One browser in which one person after the other sits down: what journeys through the real pages share."""

import os
import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from tests import cases
from tests.proposals.corpus.files import pdf

SECRET = "成本結構與客戶名單"


class Portal:
    """One browser, in which one person after the other sits down."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def sign_in(self, email: str) -> None:
        """By the form, as people do."""
        self.page.context.clear_cookies()
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", cases.PASSWORD)
        self.page.click("main button[type=submit]")
        expect(self.page).not_to_have_url(re.compile("/accounts/"))

    def arrives(self, letter: Any) -> None:
        """Opens the link of a letter in the same browser."""
        self.open(path_in(letter))

    def looks(self, name: str) -> None:
        """A picture of the page as it stands, on a phone and on a desk, where somebody asks for it."""
        if folder := os.environ.get("SHOTS"):
            for width in (390, 1280):
                self.page.set_viewport_size({"width": width, "height": 844})
                self.page.screenshot(path=f"{folder}/{name}_{width}.png", full_page=True)

    def press(self, words: str) -> None:
        """The button that says so in Chinese."""
        self.page.get_by_role("button", name=in_chinese(words), exact=True).first.click()

    def follow(self, words: str) -> None:
        """The link of the page that says so in Chinese."""
        self.page.locator("main").get_by_role("link", name=in_chinese(words)).first.click()


def in_chinese(words: str) -> str:
    with translation.override("zh-hant"):
        return gettext(words)


def path_in(letter: Any) -> str:
    """Where the link in a letter leads; a reminder's to the computation of its date aside."""
    found = [path for path in re.findall(r"https?://[^/\s]+(/\S*)", letter.plain) if "/receipt/" not in path]
    assert found, letter.plain
    return found[0]


def fill(page: Page, form: str, **fields: str) -> None:
    for name, text in fields.items():
        page.fill(f"{form} [name={name.replace('__', '-')}]", text)


def write_draft(portal: Portal) -> None:
    """Two asks, a file, a restricted text."""
    page = portal.page
    portal.open("/proposals/new/")
    portal.press("Begin a draft")
    page.check("#draft-form input[name=group] >> nth=0")
    page.evaluate("document.querySelectorAll('#draft-form details').forEach((d) => { d.open = true; })")
    fill(
        page,
        "#draft-form",
        title="證券型代幣的股東名簿得以分散式帳本記載",
        title_other="Share registers on a distributed ledger",
        conflict="公司法要求股東名簿備置於公司，帳本記載是否符合並不明確。",
        benefit_firms="省去紙本往返。",
        benefit_public="股東可即時查閱；風險以備份控制。",
        summary="請主管機關釐清股東名簿得否以分散式帳本記載。",
        summary_other="May a register of shareholders be kept on a distributed ledger?",
        restricted=SECRET,
        asks__0__law="公司法",
        asks__0__article="第169條",
        asks__0__text="請釐清股東名簿得以分散式帳本備置。",
    )
    page.click("[data-add]")
    fill(page, "#draft-form", asks__1__law="公司法", asks__1__text="請允許以電子方式提供抄錄。")
    page.set_input_files(
        "#draft-form input[type=file]", {"name": "說明.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    portal.press("Attach and save")
    expect(page.locator(".files")).to_contain_text("說明.pdf")
