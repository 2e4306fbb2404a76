"""Co-sponsors sign a text and read the case; competitors' officers stay out of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.models import Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.actions.drafting import AskText, save_draft, submit_proposal
from proposals.actions.restricted import open_restricted
from proposals.actions.sponsors import (
    MAX_SPONSORS,
    decline_sponsorship,
    invite_sponsor,
    remove_sponsor,
    sign_off,
)
from proposals.actions.triage import accept_proposal
from proposals.actions.versions import digest_of
from proposals.models import Attachment, Competitor, Proposal, RestrictedText, Sponsor, TriageNote
from proposals.models.circles import officers_of, recused_of
from proposals.permissions import can_read_restricted, can_triage, sponsors
from tests import cases
from tests.cases import signed_in

from .intake import address, typed
from .test_rules import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def partner() -> Organisation:
    return cases.member_org("partner")


@pytest.fixture
def reader(partner: Organisation) -> User:
    return cases.person("partner@example.org", represents=partner)


@pytest.fixture
def draft(reader: User) -> Proposal:
    return cases.draft(restricted="密")


def invited(draft: Proposal, organisation: Organisation) -> Sponsor:
    return invite_sponsor(user=cases.proposer_of(draft), proposal=draft, organisation=organisation)


def signed(draft: Proposal, reader: User) -> Sponsor:
    sponsor = invited(draft, cases.member_org("partner"))
    return sign_off(user=reader, sponsor=sponsor, digest=digest_of(draft))


def retitled(draft: Proposal, title: str, competitors: list[Organisation] | None = None) -> Proposal:
    return save_draft(
        user=cases.proposer_of(draft),
        proposal=draft,
        fields={"title": title},
        asks=[AskText(text=ask.text) for ask in draft.asks.all()],
        domains=[],
        restricted="密",
        competitors=competitors or [],
    )


def test_invited_reads_the_draft_and_nothing_restricted(
    draft: Proposal, partner: Organisation, reader: User
) -> None:
    assert not Proposal.objects.visible_to(reader).exists()
    invited(draft, partner)
    assert Proposal.objects.visible_to(reader).get() == draft
    assert sponsors(reader, draft)
    assert not can_read_restricted(reader, draft)
    assert not RestrictedText.objects.visible_to(reader).exists()
    letter = Letter.objects.get(kind="sponsor_invited")
    assert (letter.recipient, f"/my/drafts/{draft.draft_id}/sign/" in letter.body) == (reader, True)


def test_submission_waits_for_every_signature(draft: Proposal, partner: Organisation, reader: User) -> None:
    user = cases.proposer_of(draft)
    sponsor = invited(draft, partner)
    with pytest.raises(Refused):
        submit_proposal(user=user, proposal=draft)
    sign_off(user=reader, sponsor=sponsor, digest=digest_of(draft))
    assert submit_proposal(user=user, proposal=draft).number


def test_changed_text_has_to_be_signed_again(draft: Proposal, reader: User) -> None:
    user = cases.proposer_of(draft)
    sponsor = signed(draft, reader)
    case = retitled(draft, "換過的題目")
    with pytest.raises(Refused):
        submit_proposal(user=user, proposal=case)
    with pytest.raises(Refused):
        sign_off(user=reader, sponsor=sponsor, digest=sponsor.signed_digest)
    sign_off(user=reader, sponsor=sponsor, digest=digest_of(case))
    assert submit_proposal(user=user, proposal=case).number


def test_declining_or_being_removed_ends_the_reading(
    draft: Proposal, partner: Organisation, reader: User
) -> None:
    sponsor = invited(draft, partner)
    decline_sponsorship(user=reader, sponsor=sponsor)
    assert not Proposal.objects.visible_to(reader).exists()
    with pytest.raises(NotAllowed):
        sign_off(user=reader, sponsor=sponsor, digest=digest_of(draft))
    with pytest.raises(Refused):
        submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    again = invited(draft, partner)
    assert (again.pk, again.declined_at) == (sponsor.pk, None)
    remove_sponsor(user=cases.proposer_of(draft), sponsor=again)
    assert not Proposal.objects.visible_to(reader).exists()
    assert submit_proposal(user=cases.proposer_of(draft), proposal=draft).number


def test_lead_alone_invites_and_only_other_members(
    draft: Proposal, partner: Organisation, reader: User
) -> None:
    left = cases.member_org("left", left_on=clock.today())
    for organisation in (draft.organisation, left, cases.ministry()):
        with pytest.raises(Refused):
            invited(draft, organisation)
    with pytest.raises(NotAllowed):
        invite_sponsor(user=reader, proposal=draft, organisation=partner)
    with pytest.raises(NotAllowed):
        sign_off(user=cases.proposer_of(draft), sponsor=invited(draft, partner), digest=digest_of(draft))
    for number in range(MAX_SPONSORS - 1):
        invited(draft, cases.member_org(f"more{number}"))
    with pytest.raises(Refused):
        invited(draft, cases.member_org("one-too-many"))


def test_sponsor_reads_like_the_proposer_but_never_acts(draft: Proposal, reader: User) -> None:
    signed(draft, reader)
    case = submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    assert Proposal.objects.visible_to(reader).get() == case
    assert case.timeline.model.objects.visible_to(reader).filter(proposal=case, kind="submitted").exists()
    assert open_restricted(user=reader, proposal=case).text == "密"
    assert case.restricted_openings.get().on_behalf_of == str(cases.member_org("partner").name_zh)
    client = signed_in(reader)
    assert client.get(f"/proposals/{case.number}/").status_code == 200
    assert client.post(f"/proposals/{case.number}/withdraw/").status_code == 404
    case.refresh_from_db()
    assert case.state == "screening"


def test_signature_under_a_submitted_case_stays(draft: Proposal, reader: User) -> None:
    sponsor = signed(draft, reader)
    submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    with pytest.raises(Refused):
        decline_sponsorship(user=reader, sponsor=sponsor)
    assert refused("delete from proposals_sponsor where id = %s", sponsor.pk)
    assert refused("update proposals_sponsor set signed_digest = 'x' where id = %s", sponsor.pk)


def test_database_submits_nothing_unsigned(draft: Proposal, partner: Organisation) -> None:
    invited(draft, partner)
    assert refused(
        "update proposals_proposal set number = '115-9999', state = 'screening', submitted_at = now() "
        "where id = %s",
        draft.pk,
    )


def test_officer_of_a_sponsor_is_recused(draft: Proposal, reader: User) -> None:
    cases.person(reader.email, convenes=draft.group)
    signed(draft, reader)
    case = submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    assert reader in recused_of(case)
    assert reader not in officers_of(case)
    assert not can_triage(User.objects.get(pk=reader.pk), case)
    assert case.timeline.filter(kind="recused").exists()


def test_officer_of_a_competitor_takes_no_part_and_reads_no_secret(draft: Proposal) -> None:
    rival = cases.member_org("rival")
    officer = cases.person("rival@example.org", represents=rival, convenes=draft.group)
    case = submit_proposal(user=cases.proposer_of(draft), proposal=retitled(draft, "有競爭者之提案", [rival]))
    assert officer in recused_of(case)
    assert not can_triage(officer, case)
    assert not can_read_restricted(officer, case)
    assert not RestrictedText.objects.visible_to(officer).exists()
    assert not Competitor.objects.visible_to(officer).exists()
    assert not TriageNote.objects.visible_to(officer).exists()
    assert not Attachment.objects.visible_to(officer).filter(is_restricted=True).exists()
    assert can_triage(cases.convener_of(draft), case)


def test_competitors_are_read_by_proposer_officers_and_secretariat_only(
    draft: Proposal, reader: User
) -> None:
    rival = cases.member_org("rival")
    lead = cases.proposer_of(draft)
    draft = retitled(draft, "題", [rival])
    assert Competitor.objects.visible_to(lead).count() == 1
    assert not Competitor.objects.visible_to(cases.person(secretariat=True)).exists()
    signed(draft, reader)
    case = submit_proposal(user=lead, proposal=draft)
    accept_proposal(user=cases.convener_of(case), proposal=case)
    readers = [lead, cases.convener_of(case), cases.person(secretariat=True), cases.person(audits=True)]
    assert all(Competitor.objects.visible_to(user).count() == 1 for user in readers)
    others = [reader, cases.person(represents=rival), cases.person(chairs=True), cases.person()]
    assert not any(Competitor.objects.visible_to(user).exists() for user in others)


# --- pages -----------------------------------------------------------------------------------------


def test_lead_invites_asks_again_and_removes_on_the_page(
    draft: Proposal, partner: Organisation, reader: User
) -> None:
    lead = signed_in(cases.proposer_of(draft))
    place = address("invite_sponsor", draft)
    lead.post(place, typed(draft, title="一併存下", **{"sponsor-organisation": partner.pk}))
    draft.refresh_from_db()
    sponsor = draft.sponsors.get()
    assert draft.title == "一併存下"
    assert lead.post(place, typed(draft)).status_code == 302
    lead.post(address("draft", draft), typed(draft, title="又改"))
    lead.post(place, typed(draft, again="1"))
    assert Letter.objects.filter(kind="sponsor_invited").count() == 2
    page = lead.post("/en" + address("submit", draft), typed(draft), follow=True).content.decode()
    assert "Not every co-sponsor has signed off" in page
    lead.post(address("remove_sponsor", draft, sponsor.pk), typed(draft))
    assert not draft.sponsors.exists()


def test_sponsor_signs_and_declines_on_its_page(draft: Proposal, partner: Organisation, reader: User) -> None:
    invited(draft, partner)
    client, place = signed_in(reader), "/en" + address("sponsorship", draft)
    assert draft.title in client.get("/en/my/").content.decode()
    page = client.get(place).content.decode()
    assert draft.title in page
    assert "密" not in page
    assert client.get(address("draft", draft)).status_code == 404
    assert client.post(place, {"digest": "old"}).status_code == 409
    client.post(place, {"digest": digest_of(draft)})
    assert draft.sponsors.get().signed_by == reader
    assert client.post(place, {"decline": "1"}).status_code == 302
    assert client.get(place).status_code == 404


def test_sponsored_case_stands_among_ones_own_and_names_its_sponsors(
    draft: Proposal, reader: User, client: Client
) -> None:
    signed(draft, reader)
    case = submit_proposal(user=cases.proposer_of(draft), proposal=draft)
    assert Letter.objects.get(kind="sponsor_submitted").recipient == reader
    assert case.number in signed_in(reader).get("/en/my/?tab=open").content.decode()
    accept_proposal(user=cases.convener_of(case), proposal=case)
    assert "partner Ltd" in client.get(f"/en/proposals/{case.number}/").content.decode()


@pytest.mark.parametrize("tab", ["drafts", "open"])
def test_my_page_reads_three_invitations_with_as_many_queries_as_one(
    partner: Organisation, reader: User, django_assert_max_num_queries: Any, tab: str
) -> None:
    def one_more(name: str) -> None:
        draft = cases.draft(organisation=cases.member_org(name))
        invited(draft, partner)
        lead = cases.draft(organisation=cases.member_org(name))
        signed(lead, reader)
        submit_proposal(user=cases.proposer_of(lead), proposal=lead)

    client = signed_in(reader)
    one_more("a")
    client.get(f"/my/?tab={tab}")
    with django_assert_max_num_queries(50) as first:
        client.get(f"/my/?tab={tab}")
    one_more("b")
    one_more("c")
    with django_assert_max_num_queries(len(first)):
        client.get(f"/my/?tab={tab}")
