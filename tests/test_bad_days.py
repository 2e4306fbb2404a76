"""Six bad days, each walked through the real pages by everybody whom it concerns: who sees what, which
days are booked to whom, which letters arrive, and how it ends."""

import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from members.models import Organisation, User
from proposals.models import Proposal, Referral
from proposals.tasks import sweep
from tests import cases
from tests.proposals.corpus.files import pdf

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("celery_worker_on_broker"),
    pytest.mark.timeout(240),
]
WHY = "配偶任職於競爭業者"
NUMBER = "0912-345-678"


class Day:
    """One browser in which one person after the other sits down, on the days of November that are named."""

    def __init__(self, page: Page, address: str, sign_in: Any, time: Any, smtp: Any) -> None:
        self.page, self.address, self.sign_in, self.time, self.smtp = page, address, sign_in, time, smtp
        self.is_(2)

    def is_(self, day: int, month: int = 11, year: int = 2026) -> None:
        self.time.becomes(cases.at(year, month, day))

    def opens(self, who: User | None, path: str, *, status: int = 200) -> Locator:
        """What stands on the page in English, for somebody who has signed in, or for a visitor."""
        self.page.context.clear_cookies()
        if who:
            self.sign_in(who)
        answer = self.page.goto(f"{self.address}/en{path}")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.main

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def reads(self, who: User | None, path: str, *said: str, never: tuple[str, ...] = ()) -> None:
        main = self.opens(who, path)
        for words in said:
            expect(main).to_contain_text(words)
        for words in never:
            expect(main).not_to_contain_text(words)

    def books(self, *days: str) -> None:
        """What the clock on the page says, by whom the days belong to, and nothing else."""
        expect(self.page.locator(".clock-legend li")).to_have_text(list(days))

    def fills(self, form: str, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"{form} [name={name.replace('__', '-')}]").fill(text)

    def decides(
        self,
        who: User,
        case: Proposal,
        step: str,
        *,
        tick: str = "",
        lead: Organisation | None = None,
        **fields: str,
    ) -> None:
        """A step of the case in the admin, as an officer takes it."""
        self.opens(who, queue(case))
        box = self.page.locator(f"#step-{step}")
        if box.locator("summary").count():
            box.evaluate("box => { box.open = true; }")
        if tick:
            box.locator(f"[value={tick}]").check()
        if lead:
            box.locator(f"[name={step}-lead]").select_option(value=str(lead.pk))
        self.fills(f"#step-{step}", **{f"{step}-{name}": text for name, text in fields.items()})
        box.locator("button[type=submit]").click()
        expect(self.page.locator(".messagelist")).to_contain_text(str(case.number))

    def gets(self, who: User, count: int, *said: str) -> Any:
        """The newest of so many letters that have come to somebody over SMTP."""
        letters = self.smtp.wait(count, to=who.email, seconds=30)
        assert len(letters) == count, [letter.subject for letter in letters]
        for words in said:
            assert words in letters[-1].subject + letters[-1].plain
        return letters[-1]

    def looks(self, name: str) -> None:
        """A picture of the page in Chinese on a phone, where somebody asks for it."""
        if folder := os.environ.get("SHOTS"):
            here = self.page.url
            self.page.set_viewport_size({"width": 390, "height": 844})
            self.page.goto(here.replace(f"{self.address}/en", self.address))
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
            self.page.goto(here)
            self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def day(page: Page, live_server: Any, sign_in: Callable[[Any], Page], portal_time: Any, smtp: Any) -> Day:
    page.set_default_timeout(15_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return Day(page, live_server.url, sign_in, portal_time, smtp)


def queue(case: Proposal) -> str:
    return f"/admin/proposals/proposal/{case.pk}/change/"


def public(case: Proposal) -> str:
    return f"/proposals/{case.number}/"


def desk(part: Referral) -> str:
    return f"/dashboard/{part.pk}/"


def convener() -> User:
    return cases.person("convener@regulation.example", convenes=cases.group(), language="en")


def proposer() -> User:
    return cases.person("rep@acme.example", represents=cases.member_org(), language="en")


def office() -> User:
    return cases.person("office@alliance.example", secretariat=True, language="en")


def liaison(slug: str, **fields: Any) -> User:
    body = cases.ministry(slug)
    return cases.person(f"liaison@{slug}.gov.example", liaison_of=body, language="en", **fields)


def test_matter_is_returned_by_two_ministries_until_a_letter_decides(day: Day) -> None:
    chair, rep, secretary = convener(), proposer(), office()
    first, second, third = (liaison(slug) for slug in ("fsc", "moea", "moda"))
    case = cases.referred(asks=1)

    def returns(who: User, named: str) -> None:
        day.opens(who, desk(cases.lead_of(case)))
        day.page.get_by_role("link", name="Not ours: return it").click()
        day.page.locator("main form [name=body]").select_option(label=named)
        day.fills("main form", reason=f"屬 {named} 權責")
        day.page.locator("main form button.button").first.click()
        expect(day.main).to_contain_text(f"Returned: {named} was named as competent")

    day.is_(4)
    day.gets(rep, 3)
    returns(first, "Ministry moea")
    day.gets(rep, 4, "has returned the matter", "屬 Ministry moea 權責")
    day.is_(5)
    day.opens(chair, queue(case))
    expect(day.page.locator("[name=refer_again-lead]")).to_have_value(str(cases.ministry("moea").pk))
    day.decides(chair, case, "refer_again")
    day.gets(second, 1, "is referred to you")
    day.is_(9)
    returns(second, "Ministry moda")
    day.gets(secretary, 1, "disputed")
    day.reads(rep, public(case), "disputed since Mon 9 Nov; the secretariat coordinates")
    day.looks("wrong_ministry_dispute")
    day.opens(chair, queue(case))
    expect(day.page.locator("#step-refer_again")).to_have_count(0)
    day.opens(secretary, "/admin/proposals/coordination/?standing=open")
    day.looks("wrong_ministry_list")
    day.page.get_by_role("link", name=str(case.number)).click()
    day.fills("#coordination_form", contact="協調窗口")
    day.page.locator("[name=_continue]").click()
    expect(day.page.locator(".messagelist")).to_be_visible()
    day.is_(19)
    day.opens(secretary, f"/admin/proposals/coordination/{case.coordinations.get().pk}/change/")
    day.page.get_by_role("link", name="Record which body is competent").click()
    day.page.locator("[name=is_found]").select_option("yes")
    day.page.locator("[name=body]").select_option(label="Ministry moda")
    day.fills("main form", decision_number="院臺規字第1150000001號", decided_on="2026-11-19")
    day.page.locator("main form [type=submit]").click()
    day.gets(third, 1, "cannot be returned again")
    day.reads(third, desk(cases.lead_of(case)), "Accept the case", never=("Not ours: return it",))
    day.reads(None, public(case), "院臺規字第1150000001號")
    day.books("Alliance 7 days", "Coordination 10 days", "Remaining 60 days")
    day.looks("wrong_ministry_end")


def test_answer_comes_on_paper_after_the_portal_called_it_late(day: Day) -> None:
    convener()
    rep, secretary, body = proposer(), office(), liaison("fsc")
    case = cases.referred(asks=1)
    part = cases.lead_of(case)
    day.is_(4)
    day.opens(body, desk(part))
    part.refresh_from_db()
    due = part.due_on
    assert due == date(2027, 1, 4)
    day.is_(11, 1, 2027)
    day.reads(None, public(case), "was to answer by Mon 4 Jan: 7 days late")
    day.books("Alliance 2 days", "Ministry 61 days", "Past the due date 7 days")
    day.looks("paper_late")
    day.opens(secretary, f"/admin/proposals/referral/{part.pk}/change/")
    day.page.get_by_role("link", name="Enter an answer by letter").click()
    day.fills("main form", letter_number="金管證字第1150000001號", letter_on=due.isoformat())
    scan = {"name": "復函.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    day.page.locator("[name=scan]").set_input_files(scan)
    day.page.locator("[name=is_blacked_out]").check()
    ask = case.asks.get()
    day.page.locator(f"[name=ask-{ask.pk}-outcome]").select_option("not_adopted")
    day.fills(
        "main form", **{f"ask-{ask.pk}-reason": "照錄來函", f"ask-{ask.pk}-legal_basis": "證交法第22條"}
    )
    day.page.locator("main form [type=submit]").click()
    expect(day.page.locator(".messagelist")).to_contain_text("Published as the ministry's answer")
    day.gets(body, 2, "your letter no. 金管證字第1150000001號 is published")
    day.gets(rep, 4, "has answered")
    said = "Entered by the secretariat from letter no. 金管證字第1150000001號 of Mon 4 Jan"
    day.reads(None, public(case), "照錄來函", said, never=("7 days late",))
    day.books("Alliance 9 days", "Ministry 61 days")
    day.looks("paper_end")
    day.reads(body, desk(part), "Correct, supplement or withdraw")


def test_convener_with_an_interest_stands_aside(day: Day) -> None:
    chair, rep, secretary = convener(), proposer(), office()
    deputy = cases.person("secretary@regulation.example", secretary_of=cases.group(), language="en")
    User.objects.filter(pk=chair.pk).update(name="某召集人")
    case = cases.submitted(restricted="營業秘密")
    day.opens(rep, public(case))
    day.page.get_by_role("link", name="Ask for a recusal").click()
    day.page.get_by_role("radio").first.check()
    day.fills("main form", reason=WHY)
    day.page.locator("main form button.button").first.click()
    expect(day.page.locator("body")).to_contain_text("The secretariat decides and tells you its reason")
    day.gets(chair, 2)
    day.is_(3)
    day.decides(secretary, case, "decide_recusal", tick="yes", reason="已釋明")
    day.gets(rep, 2, "已釋明")
    day.gets(chair, 3, "已釋明")
    day.gets(deputy, 2, "takes no part in this case")
    day.reads(chair, queue(case), "You stand aside", never=("Accept", "Open the restricted text"))
    day.looks("interest_aside")
    day.opens(deputy, queue(case))
    expect(day.main).to_contain_text("Open the restricted text")
    day.decides(deputy, case, "accept")
    said = "takes no part in this case (recusal)"
    day.reads(None, public(case), said, never=("某召集人", WHY, "已釋明"))
    day.looks("interest_end")
    expect(day.main).to_contain_text("The group Group regulation accepted the case")
    day.reads(rep, f"{public(case)}recusal/", "Granted", "已釋明", never=("group convener, since",))


def test_published_answer_is_corrected(day: Day) -> None:
    chair, rep, body = convener(), proposer(), liaison("fsc")
    case = cases.answered(asks=1)
    part = cases.lead_of(case)
    day.is_(12)
    day.opens(body, desk(part))
    day.page.get_by_role("link", name="Correct, supplement or withdraw").click()
    day.page.locator("[name=change][value=corrected]").check()
    day.page.locator("[name=outcome]").select_option("partly")
    day.fills("main form", change_reason="誤引條文", reason="更正後的理由", legal_basis="證券交易法第30條")
    day.page.locator("[name=sure]").check()
    day.page.locator("main form button.button").first.click()
    expect(day.main).to_contain_text("更正後的理由")
    day.gets(rep, 5, "has corrected an answer", "誤引條文")
    day.gets(chair, 3, "has corrected an answer")
    versions = ("Partly adopted", "Version 1, Mon 2 Nov: Not adopted", "First answered Mon 2 Nov")
    day.reads(None, public(case), "更正後的理由", "誤引條文", *versions)
    day.page.get_by_text("Version 1, Mon 2 Nov").click()
    expect(day.main.locator("s").first).to_have_text("理由")
    day.looks("correction_end")


def test_personal_data_in_a_title_are_taken_out(day: Day) -> None:
    chair, rep, secretary, body = convener(), proposer(), office(), liaison("fsc")
    draft = cases.draft(asks=1, title=f"視訊驗證（{NUMBER}）", title_other=f"Checks by video ({NUMBER})")
    day.opens(rep, "/my/")
    day.page.get_by_role("link", name=NUMBER).first.click()
    day.page.get_by_role("button", name="Submit", exact=True).click()
    expect(day.page.locator("#personal")).to_contain_text("This looks like personal data")
    day.page.get_by_label("It is meant to be public").check()
    day.page.get_by_role("button", name="Submit", exact=True).click()
    expect(day.main).to_contain_text("115-0001")
    case = Proposal.objects.get(pk=draft.pk)
    day.opens(chair, queue(case))
    day.looks("title_queue")
    day.decides(chair, case, "accept")
    day.decides(chair, case, "refer", lead=cases.ministry("fsc"))
    case.refresh_from_db()
    day.is_(5)
    day.reads(None, public(case), NUMBER)
    day.opens(secretary, queue(case))
    day.page.locator(".redact-hint").get_by_role("link").click()
    day.fills("main form", words=NUMBER)
    day.page.locator("[name=preview]").click()
    expect(day.page.locator(".redact-words").first).to_contain_text("████")
    day.fills("main form", reason="當事人請求")
    day.page.locator("[name=confirm]").click()
    expect(day.page.locator(".redact-hint")).to_have_count(0)
    letter = day.gets(rep, 4, "當事人請求")
    assert NUMBER not in letter.plain + letter.subject
    for who, path in (
        (None, public(case)),
        (None, "/proposals/"),
        (rep, public(case)),
        (chair, queue(case)),
        (body, desk(cases.lead_of(case))),
    ):
        day.reads(who, path, "Checks by video (████", never=(NUMBER,))
    assert NUMBER not in day.page.request.get(f"{day.address}{public(case)}feed.atom").text()
    day.opens(None, public(case))
    day.looks("title_end")


def test_deputy_acts_while_the_liaison_is_away(day: Day) -> None:
    convener()
    rep, body, secretary = proposer(), liaison("fsc"), office()
    deputy = cases.person("deputy@fsc.gov.example", deputy_of=cases.ministry("fsc"), language="en")
    day.opens(body, "/my/away/")
    day.fills("main form", starts_on="2026-11-02", ends_on="2026-11-16", note="由副手代理")
    day.page.get_by_role("button", name="Enter", exact=True).click()
    expect(day.main).to_contain_text("由副手代理")
    case = cases.referred(asks=1)
    part = cases.lead_of(case)
    day.gets(deputy, 1, "is referred to you")
    assert not day.smtp.letters(body.email)
    day.is_(4)
    day.reads(deputy, "/dashboard/", "Letters and reminders reach deputy today", "由副手代理")
    day.opens(deputy, desk(part))
    day.page.get_by_role("button", name="Accept the case").click()
    day.page.locator("#step-ask > summary").click()
    day.fills("#step-ask", text="備份由何人保管？")
    day.page.locator("#step-ask button.button").click()
    expect(day.page.locator(".turn")).to_have_class(re.compile("paused"))
    day.looks("deputy_asked")
    day.gets(rep, 4, "備份由何人保管")
    day.is_(10)
    day.opens(deputy, "/my/away/")
    day.fills("main form", starts_on="2026-11-10", ends_on="2026-11-12")
    day.page.get_by_role("button", name="Enter", exact=True).click()
    expect(day.main).to_contain_text("away now")
    sweep.delay()
    day.gets(secretary, 1, "Ministry fsc")
    day.is_(16)
    day.reads(body, desk(part), "備份由何人保管？", "the proposer replies by Tue 24 Nov")
    day.reads(body, "/dashboard/?tab=waiting", str(case.number), never=("由副手代理",))
    assert not day.smtp.letters(body.email)
