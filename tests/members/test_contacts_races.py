"""Several at once: one open request of a pair, one answer, no request past a block."""

from functools import partial

import pytest

from members.models import ContactBlock, ContactRequest, Letter
from tests import cases
from tests.cases import signed_in
from tests.members.contacting import rep_of, sent
from tests.members.test_applications_races import MANY, statuses
from tests.members.test_contact_pages import typed

pytestmark = pytest.mark.django_db(transaction=True)


def test_six_requests_of_a_pair_at_once_are_one() -> None:
    asker, asked = cases.member_org("asker"), cases.member_org("asked")
    rep_of(asked)
    clients = [signed_in(cases.person(represents=asker)) for _ in range(MANY)]
    acts = [partial(client.post, "/members/asked/contact/", typed(asker)) for client in clients]
    assert statuses(acts) == [302] + [409] * (MANY - 1)
    assert ContactRequest.objects.count() == Letter.objects.count() == 1


def test_form_pressed_six_times_at_once_is_one_request() -> None:
    asker, asked = cases.member_org("asker"), cases.member_org("asked")
    rep_of(asked)
    user, data = rep_of(asker), typed(asker)
    acts = [partial(signed_in(user).post, "/members/asked/contact/", data) for _ in range(MANY)]
    assert statuses(acts) == [302] * MANY
    assert ContactRequest.objects.count() == Letter.objects.count() == 1


def test_six_answers_at_once_are_one() -> None:
    row = sent()
    clients = [signed_in(cases.person(represents=row.receiver)) for _ in range(MANY)]
    data = {"step": "answer", "answer-text": "請來電"}
    acts = [partial(client.post, f"/my/contacts/{row.pk}/", data) for client in clients]
    assert statuses(acts) == [302] + [409] * (MANY - 1)


def test_request_and_block_at_once_leave_nothing_open() -> None:
    row = sent()
    asker, asked = row.sender, row.receiver
    first = signed_in(rep_of(asked))
    first.post(f"/my/contacts/{row.pk}/", {"step": "decline"})
    acts = [
        partial(first.post, f"/my/contacts/{row.pk}/", {"step": "block"}),
        partial(signed_in(rep_of(asker)).post, "/members/asked/contact/", typed(asker)),
    ]
    assert statuses(acts)[0] == 302
    assert ContactBlock.objects.exists()
    assert not ContactRequest.objects.open().exists()
