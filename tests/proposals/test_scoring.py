"""Criteria and scores: each officer's own, read by those who triage the case and by nobody else."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from members.refusals import NotAllowed, Refused
from proposals.actions.recusal import declare_interest
from proposals.actions.scoring import score_proposal
from proposals.actions.seed import seed_criteria
from proposals.actions.triage import decline_proposal
from proposals.models import Criterion, Proposal, Score
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
NOTE = "已指明條次"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def criterion() -> Criterion:
    return Criterion.objects.create(slug="clear", name_zh="明確", name_en="Clear", highest=5)


@pytest.fixture
def case() -> Proposal:
    return cases.submitted()


def page(case: Proposal) -> str:
    return reverse("admin:proposals_proposal_change", args=[case.pk])


def step(case: Proposal) -> str:
    return reverse("admin:proposals_proposal_step", args=[case.pk, "score"])


def test_each_officer_has_one_score_and_takes_back_the_own_only(case: Proposal, criterion: Criterion) -> None:
    first, second = cases.convener_of(case), cases.person(secretary_of=case.group)
    score_proposal(user=first, proposal=case, scores={criterion: (2, "")})
    score_proposal(user=first, proposal=case, scores={criterion: (4, NOTE)})
    score_proposal(user=second, proposal=case, scores={criterion: (1, "")})
    assert list(case.scores.order_by("pk").values_list("officer", "score", "note")) == [
        (first.pk, 4, NOTE),
        (second.pk, 1, ""),
    ]
    score_proposal(user=first, proposal=case, scores={criterion: (None, "")})
    assert case.scores.get().officer == second


@pytest.mark.parametrize("points", [-1, 6])
def test_score_beyond_the_scale_is_refused(case: Proposal, criterion: Criterion, points: int) -> None:
    with pytest.raises(Refused, match="0 to 5"):
        score_proposal(user=cases.convener_of(case), proposal=case, scores={criterion: (points, "")})
    assert not Score.objects.exists()


def test_criterion_out_of_use_and_decided_case_are_scored_no_more(
    case: Proposal, criterion: Criterion
) -> None:
    convener = cases.convener_of(case)
    criterion.is_active = False
    with pytest.raises(Refused, match="no longer in use"):
        score_proposal(user=convener, proposal=case, scores={criterion: (3, "")})
    criterion.is_active = True
    decline_proposal(user=convener, proposal=case, reason="unclear", text="理由")
    with pytest.raises(Refused, match="is decided"):
        score_proposal(user=convener, proposal=case, scores={criterion: (3, "")})


def test_scores_are_written_by_officers_and_read_by_those_who_triage(
    case: Proposal, criterion: Criterion
) -> None:
    convener = cases.convener_of(case)
    score_proposal(user=convener, proposal=case, scores={criterion: (3, NOTE)})
    people = {
        convener: (True, True),
        cases.person(secretary_of=case.group): (True, True),
        cases.person("office@example.org", secretariat=True): (True, False),
        cases.person(audits=True): (True, False),
        cases.proposer_of(case): (False, False),
        cases.person(convenes=cases.group("academia")): (False, False),
        cases.person(liaison_of=cases.ministry()): (False, False),
        cases.person(chairs=True): (False, False),
    }
    for user, (reads, writes) in people.items():
        assert Score.objects.visible_to(user).exists() is reads
        if not writes:
            with pytest.raises(NotAllowed):
                score_proposal(user=user, proposal=case, scores={criterion: (1, "")})


def test_officer_who_stands_aside_neither_scores_nor_reads_scores(
    case: Proposal, criterion: Criterion
) -> None:
    convener, secretary = cases.convener_of(case), cases.person(secretary_of=case.group)
    score_proposal(user=secretary, proposal=case, scores={criterion: (3, NOTE)})
    declare_interest(user=convener, proposal=case, reason="利害關係")
    assert not Score.objects.visible_to(convener).exists()
    assert NOTE not in signed_in(convener).get(page(case)).content.decode()
    with pytest.raises(NotAllowed):
        score_proposal(user=convener, proposal=case, scores={criterion: (3, "")})


def test_scored_on_the_case_page_with_everybodys_notes_and_totals(
    case: Proposal, criterion: Criterion
) -> None:
    second = Criterion.objects.create(slug="urgent", name_zh="急迫", name_en="Urgent", highest=3, position=1)
    client = signed_in(cases.convener_of(case))
    sent = {f"score-score_{criterion.pk}": "4", f"score-note_{criterion.pk}": NOTE}
    answer = client.post(step(case), sent | {f"score-score_{second.pk}": "9"})
    assert answer.status_code == 422
    assert NOTE in answer.content.decode()
    answer = client.post(step(case), sent | {f"score-note_{second.pk}": "無分數"})
    assert answer.status_code == 422
    assert client.post(step(case), sent | {f"score-score_{second.pk}": "2"}).status_code == 302
    table = client.get(page(case)).context["scores"]
    assert table.totals == [6]
    assert [row.name for row, _scores in table.rows] == ["Clear", "Urgent"]
    assert NOTE in signed_in(cases.person(audits=True)).get(page(case)).content.decode()
    assert case.timeline.filter(visibility="public").count() == 1, "no entry tells of a score"


def test_page_asks_as_often_for_three_officers_as_for_one(case: Proposal, criterion: Criterion) -> None:
    client = signed_in(cases.person("office@example.org", secretariat=True))
    score_proposal(user=cases.convener_of(case), proposal=case, scores={criterion: (3, "")})

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(case)).status_code == 200
        return len(queries)

    count()
    one = count()
    more = Criterion.objects.create(slug="urgent", name_zh="急迫", highest=3)
    for _ in range(2):
        officer = cases.person(secretary_of=case.group)
        score_proposal(user=officer, proposal=case, scores={criterion: (1, ""), more: (2, NOTE)})
    assert count() == one


def test_seed_adds_criteria_once_and_leaves_those_that_exist() -> None:
    assert seed_criteria() == {"criteria": 5}
    Criterion.objects.filter(slug="urgency").update(is_active=False)
    assert seed_criteria() == {"criteria": 0}
    assert Criterion.objects.filter(is_active=True).count() == 4
