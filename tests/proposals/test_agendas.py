"""Cases on the agendas of their group's meetings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.agendas import put_on_agenda
from proposals.actions.proposer import withdraw_proposal
from proposals.models import CaseOnAgenda, Proposal
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db


def meeting(days: int = 7, group: str = "regulation", **fields: object) -> Meeting:
    starts = clock.now() + timedelta(days=days)
    values = {"title_zh": "第五次分組會議", "title_en": "Fifth meeting"} | fields
    return Meeting.objects.create(group=cases.group(group), starts_at=starts, **values)


def put(case: Proposal, held: Meeting) -> CaseOnAgenda:
    return put_on_agenda(user=cases.convener_of(case), proposal=case, meeting=held)


def test_case_on_an_agenda_is_told_on_its_page_and_with_the_meeting():
    case, held = cases.accepted(), meeting()
    row = put(case, held)
    put(cases.accepted(), held)
    assert [item.position for item in held.agenda.all()] == [1, 2]
    assert row.item.title == ""
    assert "Fifth meeting" in Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert str(case.number) in Client().get("/en/groups/regulation/").content.decode()
    assert Letter.objects.filter(kind="on_agenda", recipient=cases.proposer_of(case)).count() == 2
    assert case.timeline.get(kind="on_agenda").data["meeting"] == held.pk


def test_case_that_is_hidden_later_leaves_no_word_on_the_agenda():
    case, held = cases.accepted(title_other="Tokenised receivables"), meeting()
    put(case, held)
    assert case.title_other in Client().get("/en/groups/regulation/").content.decode()
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    page = Client().get("/en/groups/regulation/").content.decode()
    assert "Fifth meeting" in page
    assert case.title_other not in page
    assert f"/proposals/{case.number}/" not in page.split("Next meetings")[1]


def test_agenda_of_a_meeting_that_is_not_public_is_not_told():
    case = cases.accepted()
    put(case, meeting(is_public=False))
    assert "Fifth meeting" not in Client().get(f"/en/proposals/{case.number}/").content.decode()


def test_case_is_put_on_a_coming_meeting_of_its_own_group_once():
    case, held = cases.accepted(), meeting()
    put(case, held)
    for wrong in (held, meeting(-1), meeting(group="academia")):
        with pytest.raises(Refused):
            put(case, wrong)
    with pytest.raises(NotAllowed):
        put_on_agenda(user=cases.person(secretariat=True), proposal=case, meeting=meeting(9))
    assert CaseOnAgenda.objects.count() == 1


def test_group_page_takes_the_same_queries_for_one_case_and_for_three():
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert Client().get("/en/groups/regulation/").status_code == 200
        return len(seen)

    found = [cases.accepted() for _ in range(3)]
    held, other = meeting(), meeting(9)
    put(found[0], held)
    queries()
    one = queries()
    for case in found[1:]:
        put(case, held)
        put(case, other)
    assert queries() == one


def test_officer_puts_a_case_on_an_agenda_in_the_admin():
    case, held = cases.accepted(), meeting()
    client = signed_in(cases.convener_of(case))
    page = f"/en/admin/proposals/proposal/{case.pk}/"
    assert "Fifth meeting" in client.get(f"{page}change/").content.decode()
    assert client.post(f"{page}step/put_on_agenda/", {"put_on_agenda-meeting": held.pk}).status_code == 302
    assert CaseOnAgenda.objects.get().proposal == case
