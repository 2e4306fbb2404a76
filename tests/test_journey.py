"""The portal's main job from the first letter to the public answer, in one browser, with a real worker,
broker and mail server. Only time is not real: it passes for the whole portal when the test says so."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, expect

from members import clock
from members.actions.invitations import invite_person
from proposals.models import Proposal, Referral
from proposals.tasks import sweep
from tests import cases
from tests.walking import SECRET, Portal, fill, path_in, write_draft

REPRESENTATIVE = "lin@chain.example"


def answer(portal: Portal, referral: Referral, outcome: str) -> None:
    """Drafts and publishes every ask, as the ministry's liaison does."""
    page = portal.page
    portal.open(f"/dashboard/{referral.pk}/draft/")
    for ask in referral.proposal.asks.all():
        page.check(f"input[name=ask-{ask.pk}-outcome][value={outcome}]")
        page.fill(f"textarea[name=ask-{ask.pk}-reason]", f"{referral.ministry.name_zh}的理由。")
        page.fill(f"input[name=ask-{ask.pk}-legal_basis]", "公司法第169條")
    page.click("button[name=publish]")
    page.check("input[name=sure]")
    page.click("main form button.button >> nth=0")
    expect(page).to_have_url(re.compile(rf"/dashboard/{referral.pk}/$"))


@pytest.mark.timeout(420)
@pytest.mark.django_db(transaction=True)
def test_a_proposal_gets_its_answer_in_time(
    portal: Portal,
    portal_time: Any,
    smtp: Any,
    celery_worker_on_broker: None,
    browser: Browser,
    live_server: Any,
) -> None:
    page = portal.page
    portal_time.becomes(cases.at(2026, 11, 2, 10))
    cases.time_rules()
    fsc, moea, group = cases.ministry("fsc"), cases.ministry("moea"), cases.group()
    liaison = cases.person("liaison@fsc.gov.example", liaison_of=fsc)
    supporting = cases.person("liaison@moea.gov.example", liaison_of=moea)
    convener = cases.person("convener@regulation.example", convenes=group)
    secretary = cases.person("office@alliance.example", secretariat=True)
    for user in (liaison, supporting, convener):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    # The secretariat invites; the letter's link opens an account.
    invite_person(
        user=secretary,
        email=REPRESENTATIVE,
        name="林代表",
        language="zh-hant",
        organisation=cases.member_org("chain"),
        role="representative",
    )
    (invitation,) = smtp.wait(1, to=REPRESENTATIVE, seconds=30)
    portal.open(path_in(invitation))
    fill(page, "main form", password=cases.PASSWORD, again=cases.PASSWORD)
    portal.press("Open my account")
    expect(page).to_have_url(re.compile("/account/privacy/$"))

    # The representative drafts and submits; the receipt comes by mail.
    write_draft(portal)
    portal.press("Submit")
    case = Proposal.objects.exclude(number=None).get()
    expect(page.locator("main")).to_contain_text(case.number)
    assert case.asks.count() == 2
    receipt = smtp.wait(2, to=REPRESENTATIVE, seconds=30)[-1]
    assert case.number in receipt.subject
    anonymous = browser.new_context(locale="zh-TW").new_page()
    hidden = anonymous.goto(f"{live_server.url}/proposals/{case.number}/")
    assert hidden is not None
    assert hidden.status == 404

    # The convener finds it first in the queue, and refers it to two ministries.
    portal.sign_in(convener.email)
    portal.open("/admin/proposals/proposal/")
    page.get_by_role("link", name=case.number, exact=True).click()
    page.click("#step-refer > summary")
    page.select_option("#step-refer select[name=refer-lead]", str(fsc.pk))
    page.check(f"#step-refer input[name=refer-supporting][value='{moea.pk}']")
    page.click("#step-refer button[type=submit]")
    expect(page.locator(".messagelist")).to_contain_text(case.number)
    lead, support = (case.referrals.get(ministry=body) for body in (fsc, moea))
    for person in (liaison, supporting):
        (letter,) = smtp.wait(1, to=person.email, seconds=30)
        assert case.number in letter.subject

    # Two weeks pass in silence: the sweep reminds, once however often it runs.
    portal_time.becomes(cases.at(2026, 11, 18, 10))
    for _again in range(2):
        sweep.delay()
    reminder = smtp.wait(2, to=liaison.email, seconds=30)[-1]
    assert case.number in reminder.plain
    assert f"/dashboard/{lead.pk}/" in reminder.plain
    sweep.delay()

    # The liaison asks; the clock stands still until the proposer replies.
    portal.sign_in(liaison.email)
    portal.open(path_in(reminder))
    assert len(smtp.letters(liaison.email)) == 2
    lead.refresh_from_db()
    due_before = lead.due_on
    page.click("#step-ask > summary")
    page.fill("#step-ask textarea[name=text]", "備份由何人保管？")
    page.click("#step-ask button.button")
    expect(page.locator(".turn")).to_have_class(re.compile("paused"))
    question = smtp.wait(3, to=REPRESENTATIVE, seconds=30)[-1]
    assert "備份由何人保管" in question.plain

    portal_time.becomes(cases.at(2026, 11, 25, 10))
    portal.sign_in(REPRESENTATIVE)
    portal.open(path_in(question))
    page.fill("main textarea[name=text]", "由股務代理機構保管。")
    portal.press("Send the reply")
    smtp.wait(3, to=liaison.email, seconds=30)
    lead.refresh_from_db()
    assert (lead.state, (lead.due_on - due_before).days) == ("in_progress", 7)

    # Both ministries draft, then publish.
    for person, part, outcome in ((supporting, support, "not_adopted"), (liaison, lead, "clarified")):
        portal.sign_in(person.email)
        answer(portal, part, outcome)
    case.refresh_from_db()
    assert case.state == "answered"

    # Everybody reads it, in both languages; what is restricted nobody does.
    for prefix, title, outcome in (
        ("", case.title, "法規釐清"),
        ("/en", case.title_other, "Interpretation given"),
    ):
        shown = anonymous.goto(f"{live_server.url}{prefix}/proposals/{case.number}/")
        assert shown is not None
        assert shown.ok
        expect(anonymous.locator("h1")).to_have_text(title)
        expect(anonymous.locator(".matrix")).to_contain_text(outcome)
        for text in (f"{fsc.name_zh}的理由", f"{moea.name_zh}的理由", "由股務代理機構保管"):
            expect(anonymous.locator("main")).to_contain_text(text)
        assert SECRET not in anonymous.content()
    assert all(SECRET not in letter.plain for letter in smtp.letters())
    assert clock.today().isoformat() == "2026-11-25"
