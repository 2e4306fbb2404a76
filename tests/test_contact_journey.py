"""One member writes to another through the portal, from the directory to the answer, in one browser, with a
real worker, broker and mail server. No page and no letter shows an address that nobody gave."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import expect

from members.models import User
from tests import cases
from tests.walking import Portal, fill, in_chinese

SUBJECT, MESSAGE, REPLY = "電子提單之銜接", "想請教貴公司的做法。", "歡迎於例會後面談。"


def expect_no_address(portal: Portal, *people: User) -> None:
    """Neither the persons' addresses nor the mailbox of the one that was asked."""
    page = portal.page.content()
    assert not [word for word in (*(user.email for user in people), "unit@asked.example") if word in page]


@pytest.mark.django_db(transaction=True)
def test_member_asks_another_and_is_answered_without_an_address(
    portal: Portal, smtp: Any, celery_worker_on_broker: None
) -> None:
    page = portal.page
    asker = cases.member_org("asker", name_zh="甲提單股份有限公司")
    asked = cases.member_org("asked", name_zh="乙支付股份有限公司", mailbox="unit@asked.example")
    one = cases.person("one@asker.example", represents=asker)
    other = cases.person("other@asked.example", represents=asked)
    for user in (one, other):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    # Found in the directory, written to.
    portal.sign_in(one.email)
    portal.open("/members/")
    page.locator("main").get_by_role("link", name=asked.name_zh).first.click()
    portal.follow("Write to this member")
    portal.looks("contact_1_write")
    fill(page, "main form", subject=SUBJECT, message=MESSAGE)
    page.locator("main form button.button").click()
    expect(page.locator(".words")).to_contain_text(MESSAGE)
    portal.looks("contact_2_sent")
    expect_no_address(portal, other)

    # The letter says who has written, and neither what nor from which address; its link leads to the words.
    (letter,) = smtp.wait(1, to=other.email, seconds=30)
    assert asker.name_zh in letter.plain
    assert not [word for word in (SUBJECT, MESSAGE, one.email) if word in letter.plain]
    portal.sign_in(other.email)
    portal.arrives(letter)
    expect(page.locator(".words")).to_contain_text(MESSAGE)
    assert one.email not in page.content()
    page.click(f"summary:has-text('{in_chinese('Answer without an address')}')")
    portal.looks("contact_3_answer")
    page.fill("[name=answer-text]", REPLY)
    portal.press("Send the answer")
    expect(page.locator(".words.from-us")).to_contain_text(REPLY)
    expect_no_address(portal, one, other)

    # The answer is read where the letter leads.
    (answer,) = smtp.wait(1, to=one.email, seconds=30)
    assert not [word for word in (REPLY, other.email, asked.mailbox) if word in answer.plain]
    portal.sign_in(one.email)
    portal.arrives(answer)
    expect(page.locator(".words.from-other")).to_contain_text(REPLY)
    portal.looks("contact_4_answered")
    expect_no_address(portal, one, other)
