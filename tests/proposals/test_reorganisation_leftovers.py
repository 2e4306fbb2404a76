"""What hangs on a body besides its cases: invitations to comment, and the rules by which cases find it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from members import clock
from members.models import Law, Letter, Organisation
from members.refusals import Refused
from proposals.actions.consultations import comment_as_invited, invite_ministries
from proposals.actions.reorganisation import Takers
from proposals.models import Consultation, Handover, Proposal, RoutingRule
from proposals.routing import proposed_for
from tests import cases

from .test_admin_reorganisation import address, client
from .test_reorganisation import at, merge, new_body, old_body

pytestmark = pytest.mark.django_db


def invited(case: Proposal, *bodies: Organisation) -> None:
    invite_ministries(user=cases.convener_of(case), proposal=case, bodies=list(bodies), note="請惠示意見")


def rule(body: Organisation, **changes: Any) -> RoutingRule:
    told = {
        "law": Law.objects.named("證券交易法"),
        "body": body,
        "reason_zh": "主管法規",
        "valid_from": cases.SINCE,
    }
    return RoutingRule.objects.create(**told | changes)


# --- invitations to comment ------------------------------------------------------------------------


def test_open_invitation_passes_and_the_new_body_comments() -> None:
    with at(0):
        case = cases.accepted()
        invited(case, old_body())
    with at(10):
        merge()
        row = Consultation.objects.get()
        assert row.ministry == new_body()
        comment_as_invited(user=cases.liaison_of(new_body()), consultation=row, text="無意見")
    told = Handover.objects.get()
    assert (told.consultation, told.from_body, told.to_body) == (row, old_body(), new_body())
    entry = case.timeline.get(kind="handed_over")
    assert (entry.visibility, entry.data["cause"], entry.turn) == ("public", "invitation", "")
    assert Letter.objects.filter(kind="invited", to=cases.liaison_of(new_body()).email).exists()
    with translation.override("en"):
        page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "handed the invitation to comment over to another body" in page
    assert "from MOST to NSTC" in page


def test_body_invited_already_is_not_invited_twice() -> None:
    with at(0):
        case = cases.accepted()
        invited(case, old_body(), new_body())
    with at(10):
        merge()
    assert list(Consultation.objects.waiting().values_list("ministry__slug", flat=True)) == ["nstc"]
    assert Letter.objects.filter(kind="invited", to=cases.liaison_of(new_body()).email).count() == 1


def test_comment_that_was_made_keeps_its_body() -> None:
    with at(0):
        case = cases.accepted()
        invited(case, old_body())
        said = comment_as_invited(
            user=cases.liaison_of(old_body()), consultation=Consultation.objects.get(), text="無意見"
        )
    with at(10):
        merge()
    said.refresh_from_db()
    assert said.ministry == old_body()


def test_invitation_before_the_case_is_public_passes_for_the_parties_alone() -> None:
    with at(0):
        case = cases.submitted()
        invited(case, old_body())
    with at(10):
        merge()
    assert case.timeline.get(kind="handed_over").visibility == "parties"


# --- routing rules ---------------------------------------------------------------------------------


def test_rule_ends_and_another_names_the_new_body() -> None:
    with at(0):
        case = cases.submitted()
        old = rule(old_body())
    with at(10):
        merge()
        today = clock.today()
        assert proposed_for([case])[case.pk].lead.body == new_body()
    old.refresh_from_db()
    new = RoutingRule.objects.get(body=new_body())
    assert (old.valid_to, new.valid_from, new.valid_to) == (today, today, None)
    assert (new.law, new.part, new.reason_zh) == (old.law, old.part, old.reason_zh)


def test_rule_that_the_new_body_has_already_is_not_made_twice() -> None:
    with at(0):
        cases.time_rules()
        rule(old_body())
        own = rule(new_body())
    with at(10):
        merge()
    assert RoutingRule.objects.standing().get() == own


def test_rule_that_begins_later_begins_for_the_new_body() -> None:
    with at(0):
        cases.time_rules()
        rule(old_body(), valid_from=cases.at(2027, 1, 1).date())
    with at(10):
        merge()
        assert RoutingRule.objects.standing().get().body == new_body()
    assert RoutingRule.objects.get(body=new_body()).valid_from == cases.at(2027, 1, 1).date()


# --- chosen in the preview -------------------------------------------------------------------------


def test_preview_lists_both_and_each_is_chosen(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    other = cases.ministry("moda")
    with at(0):
        case = cases.accepted()
        invited(case, old_body())
        old = rule(old_body())
    row = Consultation.objects.get()
    both = address(successors=[new_body().pk, other.pk])
    with at(10):
        page = client().get(both).content.decode()
        assert "invitation to comment" in page
        assert "routing rule" in page
        chosen = {f"consultation-{row.pk}": other.pk, f"rule-{old.pk}": new_body().pk}
        assert client().post(both, chosen | {f"rule-{old.pk}": ""}).status_code == 200
        assert client().post(both, chosen).status_code == 302
        assert RoutingRule.objects.standing().get().body == new_body()
    row.refresh_from_db()
    assert row.ministry == other
    assert case.number in client().get(f"{page_of_act()}").content.decode()


def page_of_act() -> str:
    act = Handover.objects.get().reorganisation
    return f"/admin/proposals/reorganisation/{act.pk}/change/"


def test_invitation_without_a_taker_stops_the_whole() -> None:
    with at(0):
        invited(cases.accepted(), old_body())
    with at(10), pytest.raises(Refused):
        merge(takers=Takers({}, {}))
    assert Consultation.objects.get().ministry == old_body()


def test_body_that_goes_on_keeps_what_it_is_left() -> None:
    with at(0):
        invited(cases.accepted(), old_body())
        old = rule(old_body())
    row = Consultation.objects.get()
    with at(10):
        merge(kind="partial", takers=Takers({}, {}, {row.pk: old_body()}, {old.pk: old_body()}))
    row.refresh_from_db()
    old.refresh_from_db()
    assert (row.ministry, old.valid_to) == (old_body(), None)
    assert not Handover.objects.exists()
