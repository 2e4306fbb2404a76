"""Ministries invited before the referral: what they see, what they say, who reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.consultations import comment_as_invited, decline_invitation, invite_ministries
from proposals.actions.triage import accept_proposal, ask_for_information, decline_proposal, refer_proposal
from proposals.models import Consultation, Deadline, Proposal, RestrictedText
from proposals.permissions import can_read_restricted
from tests import cases
from tests.cases import signed_in

from .test_rules import refused

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
WORDS = "本部初步意見"


def body() -> Organisation:
    return cases.ministry("moda")


def liaison() -> User:
    return cases.liaison_of(body())


@pytest.fixture
def case() -> Proposal:
    with clock.at(START):
        return cases.submitted(restricted="營業秘密")


@pytest.fixture
def row(case: Proposal) -> Consultation:
    with clock.at(START):
        liaison()
        return invite(case)[0]


def invite(case: Proposal, *bodies: Organisation, **other: Any) -> list[Consultation]:
    said = {"user": cases.convener_of(case), "proposal": case, "bodies": bodies or (body(),)}
    return invite_ministries(**said | {"note": "請就主管法規提供意見"} | other)


def say(row: Consultation, text: str = WORDS, user: User | None = None) -> Consultation:
    return comment_as_invited(user=user or liaison(), consultation=row, text=text)


def reads(user: User | None, case: Proposal) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(f"/en/proposals/{case.number}/").content.decode()


def test_invited_ministry_reads_the_case_from_its_invitation_except_its_secrets(case):
    with clock.at(START):
        user = liaison()
        assert not Proposal.objects.visible_to(user).filter(pk=case.pk).exists()
        invite(case)
        user = User.objects.get(pk=user.pk)
        assert Proposal.objects.visible_to(user).filter(pk=case.pk).exists()
        assert not can_read_restricted(user, case)
        assert not RestrictedText.objects.visible_to(user).exists()
        page = reads(user, case)
    assert case.title_other in page
    assert "營業秘密" not in page


def test_no_clock_runs_for_a_comment(case, row):
    assert list(Deadline.objects.unsettled().of_case(case).values_list("kind", flat=True)) == ["screening"]
    letter = Letter.objects.get(kind="invited")
    assert letter.recipient == liaison()
    assert "請就主管法規提供意見" in letter.body
    assert Letter.objects.get(kind="invited_proposer").recipient == cases.proposer_of(case)


def test_comment_is_read_at_once_by_group_and_proposer_and_later_by_everybody(case, row):
    with clock.at(START):
        say(row)
        for user in (cases.proposer_of(case), cases.convener_of(case)):
            assert WORDS in reads(user, case)
        assert WORDS not in reads(None, case)
        accept_proposal(user=cases.convener_of(case), proposal=case)
        assert WORDS in reads(None, case)
    told = Letter.objects.filter(kind="commented").values_list("recipient", flat=True)
    assert set(told) == {cases.proposer_of(case).pk, cases.convener_of(case).pk}


def test_comment_may_be_changed_until_the_group_has_decided(case, row):
    with clock.at(START):
        say(row)
        say(row)
        say(row, "修正意見")
        assert case.timeline.filter(kind__in=["ministry_commented", "comment_changed"]).count() == 2
        refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry())
        with pytest.raises(Refused):
            say(row, "更晚的意見")
    row.refresh_from_db()
    assert row.text == "修正意見"


def test_comment_is_open_in_each_state_before_the_decision_and_in_no_other(case, row):
    with clock.at(START):
        convener = cases.convener_of(case)
        ask_for_information(user=convener, proposal=case, text="?")
        say(row, "補件中")
        other = cases.accepted()
        (second,) = invite(other)
        say(second, "討論中")
        decline_proposal(user=convener, proposal=other, reason="unclear", text="理由")
        with pytest.raises(Refused):
            say(second, "已決定")


def test_ministry_may_decline_and_comment_after_all(case, row):
    with clock.at(START + timedelta(days=1)):
        for _ in range(2):
            decline_invitation(user=liaison(), consultation=row)
        assert case.timeline.filter(kind="invitation_declined").count() == 1
        say(row)
        with pytest.raises(Refused):
            decline_invitation(user=liaison(), consultation=row)
    row.refresh_from_db()
    assert (row.text, row.declined_at) == (WORDS, None)


def test_nobody_but_liaison_and_deputy_comments(case, row):
    say(row, "代理人意見", cases.person(deputy_of=body()))
    others = (
        cases.person(supervises=body()),
        cases.liaison_of(cases.ministry("moea")),
        cases.convener_of(case),
        cases.proposer_of(case),
        cases.person(secretariat=True),
    )
    for user in others:
        with pytest.raises(NotAllowed):
            say(row, user=user)
        with pytest.raises(NotAllowed):
            decline_invitation(user=user, consultation=row)


def test_invitation_is_for_bodies_and_once(case, row):
    for bodies in ((body(),), (cases.member_org("other"),), (cases.ministry("moj"), cases.ministry("moj"))):
        with pytest.raises(Refused):
            invite(case, *bodies)
    with pytest.raises(Refused):
        say(row, " ")


def test_declined_case_is_closed_to_the_invited(case, row):
    with clock.at(START):
        decline_proposal(user=cases.convener_of(case), proposal=case, reason="unclear", text="理由")
    user = User.objects.get(pk=liaison().pk)
    assert not Proposal.objects.visible_to(user).filter(pk=case.pk).exists()
    assert not Consultation.objects.visible_to(user).exists()


def test_database_keeps_the_invitation(case, row):
    assert refused("delete from proposals_consultation where id = %s", row.pk)
    assert refused("update proposals_consultation set text = 'x' where id = %s", row.pk)


# --- pages ---------------------------------------------------------------------------------------


def test_ministry_comments_on_its_page(case, row):
    client = signed_in(liaison())
    address = f"/en/dashboard/invitations/{row.pk}/"
    assert address in client.get("/en/dashboard/invitations/").content.decode()
    assert "/en/dashboard/invitations/" in client.get("/en/dashboard/").content.decode()
    assert "請就主管法規提供意見" in client.get(address).content.decode()
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "", "decline": "1"}).status_code == 302
    assert client.post(address, {"text": WORDS}).status_code == 302
    assert WORDS in client.get(address).content.decode()
    late = client.post(address, {"text": WORDS, "decline": "1"})
    assert (late.status_code, b"commented already" in late.content) == (409, True)
    supervisor = signed_in(cases.person(supervises=body()))
    assert "<textarea" not in supervisor.get(address).content.decode()
    assert supervisor.post(address, {"text": WORDS}).status_code == 404


def test_lists_take_the_same_queries_for_one_row_and_for_three(case, row):
    client = signed_in(liaison())

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    addresses = ["/en/dashboard/invitations/", f"/en/proposals/{case.number}/"]
    before = [queries(address) for address in addresses for _ in range(2)][1::2]
    invite(case, cases.ministry("moj"), cases.ministry("moea"))
    for _ in range(2):
        invite(cases.submitted())
    assert [queries(address) for address in addresses] == before


def test_officer_invites_on_the_case_page(case):
    client = signed_in(cases.convener_of(case))
    page = f"/en/admin/proposals/proposal/{case.pk}/"
    assert "step-invite" in client.get(f"{page}change/").content.decode()
    sent = client.post(f"{page}step/invite/", {"invite-bodies": [body().pk], "invite-note": "請提供意見"})
    assert sent.status_code == 302
    assert case.consultations.get().note == "請提供意見"
    assert body().short_name in client.get(f"{page}change/").content.decode()
