"""The register of clarifications: what enters it, who keeps it, how it is found, what the public reads."""

import csv
import io
import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Law
from members.refusals import NotAllowed, Refused
from proposals.actions.register import save_clarification
from proposals.models import Answer, Clarification
from proposals.states import Outcome
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with clock.at(cases.at(2026, 3, 2)):
        yield


@pytest.fixture
def office():
    return cases.person("office@alliance.example", secretariat=True)


def proposed(outcome: str = "clarified", **options) -> Clarification:
    case = cases.answered(says={"outcome": outcome}, **{"asks": 1} | options)
    return Clarification.objects.select_related("answer__referral__proposal__group").get(
        answer__ask__proposal=case
    )


def published(office, **fields) -> Clarification:
    return save_clarification(user=office, clarification=proposed(), fields={"is_published": True} | fields)


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o not in ("no_comment", "cannot_judge", "unclassified", "withdrawn")]
)
def test_answer_that_clarifies_or_permits_is_proposed_unpublished(outcome):
    cases.answered(asks=1, says={"outcome": outcome})
    entries = Clarification.objects.all()
    assert entries.exists() == (outcome in ("may_proceed", "clarified"))
    assert not any(entry.is_published for entry in entries)


def test_proposed_entry_takes_over_what_the_answer_says():
    entry = proposed()
    case = entry.answer.referral.proposal
    assert entry.slug == f"{case.number}-1-fsc"
    assert (entry.law.name_zh, entry.article, entry.article_keys) == ("證券交易法", "第1條", ["1"])
    assert (entry.question, entry.facts, entry.dated_on) == ("訴求 1", "摘要", date(2026, 3, 2))


def test_entry_is_found_however_law_and_article_are_written(office):
    entry = published(office, article="第二十二條之一")
    law = Law.objects.get(name_zh="證券交易法")
    find = Clarification.objects.published().for_article
    for article in ("第22條之1", "22-1", "Art. 22-1", "第22-1條第2項", ""):
        assert list(find(law, article)) == list(find("證券交易法", article)) == [entry]
    assert not find(law, "第22條").exists()
    assert not find("民法", "第22條之1").exists()
    assert not find(None, "22").exists()


def test_entry_on_a_whole_law_is_found_for_each_article(office):
    entry = published(office, article="")
    assert list(Clarification.objects.published().for_article("證券交易法", "第5條")) == [entry]


@pytest.mark.parametrize("role", ["convener", "secretariat"])
def test_group_and_secretariat_keep_the_register(role, office):
    entry = proposed()
    user = office if role == "secretariat" else cases.convener_of(entry.answer.referral.proposal)
    saved = save_clarification(user=user, clarification=entry, fields={"nature": "rule"})
    assert Clarification.objects.get(pk=saved.pk).nature == "rule"


@pytest.mark.parametrize("role", ["liaison", "proposer", "auditor", "other"])
def test_nobody_else_keeps_it(role):
    entry = proposed()
    case = entry.answer.referral.proposal
    user = {
        "liaison": lambda: cases.liaison_of(cases.ministry()),
        "proposer": lambda: cases.proposer_of(case),
        "auditor": lambda: cases.person(audits=True),
        "other": lambda: cases.person(convenes=cases.group("application")),
    }[role]()
    with pytest.raises(NotAllowed):
        save_clarification(user=user, clarification=entry, fields={"nature": "rule"})
    assert Clarification.objects.get(pk=entry.pk).nature == "individual"


@pytest.mark.parametrize(
    "fields",
    [
        {"question": " "},
        {"is_published": True, "facts": ""},
        {"dated_on": date(2026, 3, 3)},
        {"review_on": date(2026, 3, 2)},
    ],
)
def test_entry_that_says_too_little_is_refused(office, fields):
    entry = proposed()
    with pytest.raises(Refused):
        save_clarification(user=office, clarification=entry, fields=fields)
    assert not Clarification.objects.get(pk=entry.pk).is_published


def test_published_entry_stays_and_is_superseded_by_a_later_one(office):
    old, new = published(office), proposed()
    with pytest.raises(Refused):
        save_clarification(user=office, clarification=old, fields={"is_published": False})
    old.refresh_from_db()
    with pytest.raises(Refused):
        save_clarification(user=office, clarification=old, fields={"superseded_by": new})
    new = save_clarification(user=office, clarification=new, fields={"is_published": True})
    old.refresh_from_db()
    save_clarification(user=office, clarification=old, fields={"superseded_by": new})
    with pytest.raises(Refused):
        save_clarification(user=office, clarification=new, fields={"superseded_by": old})
    assert list(Clarification.objects.published().in_force()) == [new]
    text = Client().get(f"/en/register/{old.slug}/").content.decode()
    assert f"/en/register/{new.slug}/" in text
    assert "Superseded" in text


def test_entry_states_its_nature_and_what_it_is_not(office):
    entry = published(office, facts="zyxfacts")
    response = Client().get(f"/en/register/{entry.slug}/")
    text = response.content.decode()
    assert "Reply to an individual case" in text
    assert "It is no permit, does not cover other facts" in text
    assert "zyxfacts" in text
    assert entry.answer.reason in text
    assert f"/en/proposals/{entry.answer.referral.proposal.number}/" in text


def test_unpublished_entry_is_read_by_its_keepers_only(office):
    entry = proposed()
    address = f"/register/{entry.slug}/"
    assert Client().get(address).status_code == 404
    assert signed_in(cases.liaison_of(cases.ministry())).get(address).status_code == 404
    assert signed_in(office).get(address).status_code == 200
    assert signed_in(cases.convener_of(entry.answer.referral.proposal)).get(address).status_code == 200
    assert entry.slug not in Client().get("/register/").content.decode()


def test_filters_and_search_find_entries(office):
    entry = published(office, question="發行代幣是否須申報", article="第22條", nature="interpretative")
    other = published(office, question="保管資產之方式", article="第44條")

    def found(query: str) -> set[str]:
        text = Client().get(f"/en/register/?{query}").content.decode()
        return {row.slug for row in (entry, other) if f"/en/register/{row.slug}/" in text}

    law = entry.law_id
    assert found("") == {entry.slug, other.slug}
    assert found(f"law={law}") == {entry.slug, other.slug}
    assert found("") == found(f"law={law}") == found("year=2026") == {entry.slug, other.slug}
    assert found("q=代幣") == found("article=22") == found("nature=interpretative") == {entry.slug}
    assert found("q=代保") == found("year=2025") == found("article=附表") == set()
    text = Client().get("/en/search/?q=保管資產").content.decode()
    assert f"/en/register/{other.slug}/" in text


def test_export_holds_what_the_list_finds(office):
    entry = published(office, question="=1+1 是否可行")
    answer = Client().get("/register/export.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["question"] for row in rows] == ["'=1+1 是否可行"]
    data = json.loads(Client().get("/en/register/export.json?nature=individual").content)
    assert [row["address"].endswith(f"/en/register/{entry.slug}/") for row in data["entries"]] == [True]
    assert json.loads(Client().get("/register/export.json?nature=rule").content)["entries"] == []


def test_list_takes_the_same_queries_for_one_row_and_three(office):
    published(office)
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as found:
            assert Client().get("/register/").status_code == 200
        counts.append(len(found))
        published(office), published(office)
    assert counts[0] == counts[1]


def test_case_page_leads_to_its_entries(office):
    entry = published(office)
    text = Client().get(f"/en/proposals/{entry.answer.referral.proposal.number}/").content.decode()
    assert f"/en/register/{entry.slug}/" in text


def test_admin_makes_an_entry_from_an_answer(office):
    entry = proposed()
    answer = Answer.objects.get(pk=entry.answer_id)
    Clarification.objects.filter(pk=entry.pk).delete()
    client = signed_in(office)
    form = client.get(f"/admin/proposals/clarification/add/?answer={answer.pk}")
    assert form.context["adminform"].form.initial["question"] == "訴求 1"
    sent = {
        "answer": answer.pk,
        "question": "是否須申報",
        "question_en": "",
        "law": "",
        "article": "",
        "nature": "individual",
        "facts": "事實",
        "letter_number": "",
        "dated_on": "2026-03-02",
        "review_on": "",
        "superseded_by": "",
        "is_published": "on",
    }
    refused = client.post("/admin/proposals/clarification/add/", sent | {"facts": ""})
    assert refused.status_code == 200
    assert client.post("/admin/proposals/clarification/add/", sent).status_code == 302
    made = Clarification.objects.get()
    assert (made.question, made.is_published, made.answer) == ("是否須申報", True, answer)
    changed = client.post(
        f"/admin/proposals/clarification/{made.pk}/change/", sent | {"question": "須申報否"}
    )
    assert changed.status_code == 302
    assert Clarification.objects.get().question == "須申報否"
