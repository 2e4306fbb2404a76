"""The pages of contact requests: writing, lists, answering; what is typed is kept; what the public sees."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.actions.contacts import A_DAY
from members.models import ContactBlock, ContactRequest, Organisation, Profile
from tests import cases
from tests.cases import signed_in
from tests.members.contacting import rep_of, sent, shared

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 9)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def asker() -> Organisation:
    return cases.member_org("asker")


@pytest.fixture
def asked() -> Organisation:
    row = cases.member_org("asked", mailbox="unit@asked.example")
    rep_of(row)
    return row


def typed(sender: Organisation, **more: str) -> dict[str, str]:
    words = {"subject": "合作提案", "message": "想請教貴公司的做法", "form_key": str(uuid4())}
    return words | {"sender": str(sender.pk)} | more


def test_request_is_written_once_though_the_button_is_pressed_twice(
    asker: Organisation, asked: Organisation
) -> None:
    client, data = signed_in(rep_of(asker)), typed(asker)
    answers = [client.post("/en/members/asked/contact/", data) for _ in range(2)]
    row = ContactRequest.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/en/my/contacts/{row.pk}/"] * 2
    page = client.get(f"/en/my/contacts/{row.pk}/").content.decode()
    assert "想請教貴公司的做法" in page
    assert "Your request is sent" in page
    assert 'name="step"' not in page


def test_refused_request_keeps_what_was_typed(asker: Organisation, asked: Organisation) -> None:
    sent(asker, asked)
    answer = signed_in(rep_of(asker)).post("/en/members/asked/contact/", typed(asker))
    assert answer.status_code == 409
    assert "想請教貴公司的做法" in answer.content.decode()
    assert "waits for its answer already" in answer.content.decode()


def test_member_to_whom_one_cannot_write_says_so_before_anything_is_typed(
    asker: Organisation, asked: Organisation
) -> None:
    Profile.objects.create(organisation=asked, is_closed_to_contact=True)
    page = signed_in(rep_of(asker)).get("/en/members/asked/contact/").content.decode()
    assert "takes no contact requests" in page
    assert 'name="message"' not in page


def test_who_represents_several_reads_first_for_which_one_cannot_write(
    asker: Organisation, asked: Organisation
) -> None:
    other, user = cases.member_org("other"), rep_of(asker)
    cases.person(user.email, represents=other)
    client, address = signed_in(user), "/en/members/asked/contact/"
    page = client.get(address)
    assert [row.name for row in page.context["able"]] == [asker.name, other.name]
    sent(asker, asked)
    page = client.get(address).content.decode()
    assert "waits for its answer already" in page
    assert "You write for other" in page
    assert f'name="sender" value="{other.pk}"' in page
    ContactBlock.objects.create(organisation=asked, blocked=other, by=rep_of(asked))
    page = client.get(address).content.decode()
    assert "waits for its answer already" in page
    assert "takes no contact requests from your organisation" in page
    assert 'name="message"' not in page


def test_what_closes_a_member_to_all_is_told_once(asker: Organisation, asked: Organisation) -> None:
    user = rep_of(asker)
    cases.person(user.email, represents=cases.member_org("other"))
    Profile.objects.create(organisation=asked, is_closed_to_contact=True)
    page = signed_in(user).get("/en/members/asked/contact/").content.decode()
    assert page.count("takes no contact requests") == 1
    assert 'name="message"' not in page


def test_who_has_sent_too_many_reads_so_before_writing(asker: Organisation, asked: Organisation) -> None:
    for n in range(A_DAY):
        sent(asker, cases.member_org(f"asked{n}"))
    page = signed_in(rep_of(asker)).get("/en/members/asked/contact/").content.decode()
    assert "which is the most that it may" in page
    assert 'name="message"' not in page


def test_sender_is_chosen_among_those_one_represents(asker: Organisation, asked: Organisation) -> None:
    user = rep_of(asker)
    other = cases.member_org("other")
    cases.person(user.email, represents=other)
    stranger = cases.member_org("stranger")
    client = signed_in(user)
    assert client.post("/en/members/asked/contact/", typed(stranger)).status_code == 422
    assert client.post("/en/members/asked/contact/", typed(other)).status_code == 302
    assert ContactRequest.objects.get().sender == other


def test_address_is_given_and_read_on_both_pages(asker: Organisation, asked: Organisation) -> None:
    row = sent(asker, asked)
    address = f"/en/my/contacts/{row.pk}/"
    before = signed_in(rep_of(asker)).get(address).content.decode()
    assert not [word for word in (asked.mailbox, rep_of(asked).email) if word in before]
    data = {"step": "share", "share-which": "mailbox", "share-text": "歡迎來信"}
    assert signed_in(rep_of(asked)).post(address, data).status_code == 302
    for user in (rep_of(asker), rep_of(asked)):
        page = signed_in(user).get(address).content.decode()
        assert "mailto:unit@asked.example" in page
        assert "歡迎來信" in page
    assert rep_of(asker).email not in signed_in(rep_of(asked)).get(address).content.decode()


def test_request_of_a_member_that_has_left_leads_to_no_page_of_it(
    asker: Organisation, asked: Organisation
) -> None:
    row = sent(asker, asked)
    path, client = row.get_absolute_url(), signed_in(rep_of(asked))
    assert "/members/asker/" in client.get(path).content.decode()
    Organisation.objects.filter(pk=asker.pk).update(left_on=clock.today())
    assert "/members/asker/" not in client.get(path).content.decode()


def test_answer_that_comes_second_keeps_what_was_typed(asker: Organisation, asked: Organisation) -> None:
    row = shared(sent(asker, asked))
    data = {"step": "answer", "answer-text": "我另外補充"}
    answer = signed_in(cases.person(represents=asked)).post(f"/en/my/contacts/{row.pk}/", data)
    assert answer.status_code == 409
    assert "我另外補充" in answer.content.decode()
    assert "answered meanwhile" in answer.content.decode()


def test_empty_answer_is_told_beside_its_field(asker: Organisation, asked: Organisation) -> None:
    row = sent(asker, asked)
    answer = signed_in(rep_of(asked)).post(f"/en/my/contacts/{row.pk}/", {"step": "answer"})
    assert answer.status_code == 422
    assert 'id="id_answer-text_error"' in answer.content.decode()


def test_member_is_blocked_on_the_page_and_let_in_again_on_the_list(
    asker: Organisation, asked: Organisation
) -> None:
    row = sent(asker, asked)
    client = signed_in(rep_of(asked))
    assert client.post(f"/en/my/contacts/{row.pk}/", {"step": "block"}).status_code == 302
    refused = signed_in(rep_of(asker)).post("/en/members/asked/contact/", typed(asker))
    assert "takes no contact requests from your organisation" in refused.content.decode()
    block = ContactBlock.objects.get()
    page = client.get("/en/my/contacts/?tab=blocked").content.decode()
    assert f'name="unblock" value="{block.pk}"' in page
    assert client.post("/en/my/contacts/", {"unblock": block.pk}).status_code == 302
    assert client.post("/en/my/contacts/", {"unblock": block.pk}).status_code == 404
    assert not ContactBlock.objects.exists()


def test_public_reads_that_members_can_write_and_where_not_nothing(asked: Organisation) -> None:
    sentence = "Members can write to this organisation"
    page = Client().get("/en/members/asked/").content.decode()
    assert sentence in page
    assert "/contact/" not in page
    Profile.objects.create(organisation=asked, is_closed_to_contact=True)
    assert sentence not in Client().get("/en/members/asked/").content.decode()


def test_representative_of_another_member_finds_the_button_and_the_own_one_does_not(
    asker: Organisation, asked: Organisation
) -> None:
    link = 'href="/en/members/asked/contact/"'
    assert link in signed_in(rep_of(asker)).get("/en/members/asked/").content.decode()
    assert link not in signed_in(rep_of(asked)).get("/en/members/asked/").content.decode()


def test_open_requests_stand_among_what_waits_for_a_representative(
    asker: Organisation, asked: Organisation
) -> None:
    row = sent(asker, asked)
    link = f'href="/en/my/contacts/{row.pk}/"'
    assert link in signed_in(rep_of(asked)).get("/en/my/").content.decode()
    assert link not in signed_in(rep_of(asker)).get("/en/my/").content.decode()
    shared(row)
    assert link not in signed_in(rep_of(asked)).get("/en/my/").content.decode()


@pytest.mark.parametrize(
    "path", ["/my/contacts/", "/my/contacts/?tab=sent", "/my/contacts/?tab=blocked", "/my/"]
)
def test_lists_take_as_many_statements_for_three_rows_as_for_one(path: str, asked: Organisation) -> None:
    client = signed_in(rep_of(asked))
    counts = []
    for n in range(3):
        other = cases.member_org(f"org{n}")
        sent(other, asked)
        sent(asked, other)
        stranger = cases.member_org(f"stranger{n}")
        ContactBlock.objects.create(organisation=asked, blocked=stranger, by=rep_of(asked))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts == counts[:1] * 3
