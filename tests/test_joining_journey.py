"""A firm's way into the alliance and its first case's way through a meeting, in one browser, with a real
worker, broker and mail server. Only time is not real: it passes for the portal when the test says so."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from icalendar import Calendar
from playwright.sync_api import Browser, expect

from members.models import Organisation
from proposals.models import Proposal
from tests import cases
from tests.members.joining import UBN, office
from tests.walking import SECRET, Portal, fill, in_chinese, write_draft

FIRM = "甲乙數據股份有限公司"
EMAIL = "one@jiayi.example"
REFERRED = "轉請主管機關"
SAID = "訴求明確，多數成員支持轉請主管機關。"


def apply(portal: Portal, smtp: Any) -> str:
    """The public form, and the button behind the link of the letter; gives the private address."""
    page = portal.page
    portal.open("/members/")
    portal.follow("Join the alliance")
    page.click("main a[href$='/apply/as/company/']")
    fill(
        page,
        "form.apply",
        name_zh=FIRM,
        name_en="Jiayi Data Co., Ltd.",
        ubn=UBN,
        wishes="希望釐清電子簽章之適用",
        contact="申請人甲",
        email=EMAIL,
    )
    page.check("form.apply [name=consent]")
    portal.press("Send the application")
    private = page.url
    portal.looks("join_1_sent")
    (letter,) = smtp.wait(1, to=EMAIL, seconds=30)
    portal.arrives(letter)
    portal.press("Yes, this is my application")
    expect(page).to_have_url(private)
    portal.looks("join_2_confirmed")
    return private


def admit(portal: Portal) -> None:
    """The secretariat takes the application up, then admits, from the front page of its desk."""
    page = portal.page
    portal.open("/admin/")
    portal.looks("join_3_admin")
    page.locator("#content a[href$='/admin/members/application/']").first.click()
    page.get_by_role("link", name=FIRM).click()
    page.click("#step-take_up button[type=submit]")
    page.click("#step-admit > summary")
    portal.looks("join_4_admit")
    page.click("#step-admit button[type=submit]")
    expect(page.locator(".messagelist")).to_contain_text(FIRM)


def call_meeting(portal: Portal, group: Any, invited: Organisation) -> str:
    """The convener calls a meeting of the own group for the tenth, and adds a ministry to the invited."""
    page = portal.page
    portal.open("/admin/workinggroups/meeting/add/")
    fill(
        page,
        "#meeting_form",
        title_zh="法規調適小組十一月會議",
        title_en="November meeting",
        starts_at_0="2026-11-10",
        starts_at_1="14:00",
        ends_at_0="2026-11-10",
        ends_at_1="16:00",
        place_zh="聯盟會議室",
        chaired_by="示範召集人",
    )
    page.select_option("#id_group", str(group.pk))
    portal.looks("join_5_meeting")
    page.click("input[name=_continue]")
    page.click("#participants-group .add-row a")
    page.click("#participants-0 .field-organisation .select2-selection")
    page.fill(".select2-search__field", invited.name_en[-4:])
    page.click(f".select2-results__option:has-text('{invited.name_zh}')")
    page.click("input[name=_continue]")
    portal.looks("join_6_meeting")
    return page.url


def put_on_agenda(portal: Portal, number: str) -> None:
    """The convener accepts the case from the queue, and chooses the meeting."""
    page = portal.page
    portal.open("/admin/proposals/proposal/")
    page.get_by_role("link", name=number, exact=True).click()
    page.click("#step-accept button[type=submit]")
    portal.open("/admin/proposals/proposal/")
    page.get_by_role("link", name=number, exact=True).click()
    page.click("#step-put_on_agenda > summary")
    page.select_option("#step-put_on_agenda select", index=1)
    portal.looks("join_7_agenda")
    page.click("#step-put_on_agenda button[type=submit]")
    expect(page.locator(".messagelist")).to_contain_text(number)


def entry_in(letter: Any) -> Any:
    """The meeting in the calendar file of an invitation, as a calendar reads it."""
    (part,) = [part for part in letter.message.walk() if part.get_content_type() == "text/calendar"]
    file = Calendar.from_ical(part.get_payload(decode=True))
    assert file["METHOD"] == "REQUEST"
    (event,) = file.walk("VEVENT")
    return event


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_firm_joins_and_a_meeting_refers_its_first_case(
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
    body, group = cases.ministry(), cases.group()
    liaison = cases.person("liaison@fsc.gov.example", liaison_of=body)
    convener = cases.person("convener@regulation.example", convenes=group)
    secretary = office()
    for user in (liaison, convener, secretary):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    # The firm applies without an account; the secretariat admits it.
    private = apply(portal, smtp)
    smtp.wait(1, to=secretary.email, seconds=30)
    portal.sign_in(secretary.email)
    admit(portal)

    # Its private page says so; the invitation opens the account of its representative.
    page.context.clear_cookies()
    page.goto(private)
    expect(page.locator("main")).to_contain_text(in_chinese("Welcome: you are a member of the alliance"))
    portal.looks("join_8_admitted")
    invitation = next(
        letter for letter in smtp.wait(4, to=EMAIL, seconds=30) if "/invitation/" in letter.plain
    )
    portal.arrives(invitation)
    portal.looks("join_9_invitation")
    fill(page, "main form", password=cases.PASSWORD, again=cases.PASSWORD)
    portal.press("Open my account")
    expect(page).to_have_url(re.compile("/account/privacy/$"))
    portal.looks("join_10_my")

    # It writes its first proposal and submits it.
    write_draft(portal)
    portal.press("Submit")
    case = Proposal.objects.exclude(number=None).get()
    expect(page.locator("main")).to_contain_text(str(case.number))

    # The convener calls a meeting, accepts the case, puts it on the agenda, and invites.
    portal.sign_in(convener.email)
    desk = call_meeting(portal, group, body)
    put_on_agenda(portal, str(case.number))
    page.goto(desk)
    page.click(f".object-tools a:has-text('{in_chinese('Send the invitations')}')")
    page.click("#content input[type=submit]")
    told = {person: smtp.wait(1, to=person.email, seconds=30)[-1] for person in (liaison, convener)}
    event = entry_in(told[liaison])
    assert event["DTSTART"].dt == cases.at(2026, 11, 10, 14)
    assert event["ATTENDEE"] == f"mailto:{liaison.email}"

    # The invited ministry reads the agenda and replies.
    portal.sign_in(liaison.email)
    portal.arrives(told[liaison])
    expect(page.locator(".agenda")).to_contain_text(case.title)
    portal.press("Will come")
    portal.looks("join_11_reply")

    # At the meeting the decision is recorded, which refers the case; the minutes follow.
    portal_time.becomes(cases.at(2026, 11, 10, 16))
    portal.sign_in(convener.email)
    page.goto(desk)
    portal.looks("join_12_after")
    page.fill("#id_agenda-0-minutes_text", SAID)
    page.click("input[name=_continue]")
    page.click(f"#cases-on-agenda a:has-text('{in_chinese('Record the decision')}')")
    page.click("#decision-refer > summary")
    page.select_option("#id_refer-lead", str(body.pk))
    portal.looks("join_13_decide")
    page.click("#decision-refer button")
    meeting = page.url
    expect(page.locator(".agenda")).to_contain_text(REFERRED)
    page.goto(desk)
    for step in ("Write the minutes", "Approve the minutes", "Publish the minutes"):
        page.click(f".object-tools a:has-text('{in_chinese(step)}')")
        page.click("#content input[type=submit]")
    portal.looks("join_14_published")

    # The liaison opens it from the letter: the clock runs.
    referred = smtp.wait(2, to=liaison.email, seconds=30)[-1]
    assert str(case.number) in referred.subject
    portal.sign_in(liaison.email)
    portal.arrives(referred)
    part = cases.lead_of(case)
    assert (part.state, part.received_on.isoformat()) == ("sent", "2026-11-10")
    assert part.due_on is not None
    portal.looks("join_15_desk")

    # Everybody reads where it stands, what the meeting decided, and what was said there.
    anonymous = browser.new_context(locale="zh-TW").new_page()
    anonymous.goto(f"{live_server.url}/proposals/{case.number}/")
    expect(anonymous.locator(".turn")).to_contain_text(body.name_zh)
    expect(anonymous.locator(".timeline").first).to_contain_text("第1次工作會議")
    assert SECRET not in anonymous.content()
    anonymous.goto(meeting)
    expect(anonymous.locator(".agenda")).to_contain_text(REFERRED)
    anonymous.click(f"main aside a:has-text('{in_chinese('Minutes')}')")
    expect(anonymous.locator(".letter")).to_contain_text(SAID)
    assert all(SECRET not in letter.plain for letter in smtp.letters())
    anonymous.goto(f"{live_server.url}/members/")
    expect(anonymous.locator("main")).to_contain_text(FIRM)
