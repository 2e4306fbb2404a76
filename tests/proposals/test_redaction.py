"""Words blacked out of a case: everywhere, with a trace, and by nobody else's hand."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation

from events.actions.news import save_news
from events.models import NewsItem
from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused, Stale
from proposals.actions.answering import ask_proposer, publish_interim_reply, save_answer_drafts
from proposals.actions.drafting import AskText, save_draft, submit_proposal
from proposals.actions.proposer import reply_to_question
from proposals.actions.redaction import preview_words, redact_words
from proposals.actions.triage import accept_proposal, add_triage_note, refer_proposal
from proposals.models import (
    Ask,
    CaseOnAgenda,
    Clarification,
    Proposal,
    Redaction,
    RestrictedText,
    TextVersion,
    TimelineEntry,
)
from proposals.redactable import label_of
from tests import cases
from workinggroups.models import AgendaItem, Meeting

from .wordscan import columns_with

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
NAME, NUMBER = "歐陽曉曉", "zyxA123456789"
SAID = f"承辦 {NAME}（{NUMBER}）說明"
REASON = "當事人請求"


@pytest.fixture(autouse=True)
def three_weeks_on() -> Iterator[None]:
    with clock.at(START + timedelta(days=21)):
        yield


@pytest.fixture
def office() -> Any:
    return cases.person("office@example.org", secretariat=True)


def told_everywhere() -> Proposal:
    """A case in which the words stand in every kind of text that its parties can write."""
    with clock.at(START):
        draft = cases.draft(
            title=SAID, title_other=f"Case of {NUMBER}", summary=SAID, conflict=SAID, restricted=SAID
        )
        user = cases.proposer_of(draft)
        asks = [AskText(text=SAID, text_other=f"About {NUMBER}", law="證券交易法", article=f"第1條 {NUMBER}")]
        save_draft(user=user, proposal=draft, fields={}, asks=asks, domains=[], restricted=SAID)
        case = submit_proposal(user=user, proposal=draft)
        case = accept_proposal(user=cases.convener_of(case), proposal=case)
        add_triage_note(user=cases.convener_of(case), proposal=case, text=SAID)
        liaison = cases.liaison_of(cases.ministry())
        case = refer_proposal(
            user=cases.convener_of(case), proposal=case, lead=cases.ministry(), supporting=[]
        )
    lead = cases.lead_of(case)
    publish_interim_reply(user=liaison, referral=lead, text=SAID)
    question = ask_proposer(user=liaison, referral=cases.lead_of(case), text=SAID)
    reply_to_question(user=cases.proposer_of(case), question=question, text=SAID)
    case = cases.answered(case, says={"outcome": "may_proceed", "reason": SAID, "legal_basis": SAID})
    answer = cases.lead_of(case).answers.get()
    Clarification.objects.update(is_published=True)
    entry = Clarification.objects.get(answer=answer)
    kind = ContentType.objects.get_for_model(Clarification)
    LogEntry.objects.create(
        user=cases.convener_of(case),
        content_type=kind,
        object_id=str(entry.pk),
        object_repr=str(entry)[:200],
        action_flag=CHANGE,
    )
    save_news(NewsItem(slug="n", title_zh=SAID, body_zh=SAID, proposal=case, published_at=clock.now()))
    Letter.objects.filter(kind="submitted").update(state="sent", sent_at=clock.now())
    return Proposal.objects.get(pk=case.pk)


def redact(user: Any, case: Proposal, *words: str, **more: Any) -> list[TimelineEntry]:
    options = {"kind": "personal", "reason": REASON} | more
    return redact_words(user=user, proposal=case, words=list(words) or [NAME, NUMBER], **options)


def test_words_are_nowhere_in_the_database_afterwards(office: Any) -> None:
    case = told_everywhere()
    before = columns_with(NAME, NUMBER)
    for column in (
        "proposals_proposal.title",
        "proposals_ask.text",
        "proposals_textversion.content",
        "proposals_restrictedtext.text",
        "proposals_triagenote.text",
        "proposals_answer.reason",
        "proposals_interimreply.text",
        "proposals_question.reply",
        "proposals_clarification.facts",
        "proposals_proposal.search",
        "members_letter.body",
        "events_newsitem.body_zh",
        "events_newsitem.search",
        "django_admin_log.object_repr",
    ):
        assert column in before
    redact(office, case)
    assert columns_with(NAME, NUMBER, NUMBER.lower(), "曉曉") == []


def test_pages_feeds_and_files_say_black_blocks(office: Any, client: Client) -> None:
    case = told_everywhere()
    redact(office, case)
    own = f"/proposals/{case.number}"
    for place in (
        f"{own}/",
        f"{own}/versions/",
        f"{own}/print/",
        f"{own}/feed.atom",
        "/register/",
        "/news/n/",
    ):
        text = client.get(place).content.decode()
        assert "████" in text, place
        assert NAME not in text, place
        assert NUMBER not in text, place


def test_dossier_says_black_blocks(office: Any, client: Client) -> None:
    case = told_everywhere()
    redact(office, case)
    sent = b"".join(client.get(f"/proposals/{case.number}/dossier.zip"))
    with ZipFile(BytesIO(sent)) as archive:
        parts = {info.filename: archive.read(info).decode() for info in archive.infolist()}
    assert any("████" in text for text in parts.values())
    assert not [name for name, text in parts.items() if NAME in text or NUMBER in text]


def test_trace_is_public_and_without_the_words(office: Any, client: Client) -> None:
    case = told_everywhere()
    redact(office, case)
    entry = TimelineEntry.objects.get(proposal=case, kind="redacted", visibility="public")
    assert "proposals.proposal.title" in entry.data["places"]
    assert entry.note.text == REASON
    page = client.get(f"/en/proposals/{case.number}/").content.decode()
    assert "blacked out personal data" in page
    kinds = set(
        TimelineEntry.objects.filter(proposal=case, kind="redacted").values_list("visibility", flat=True)
    )
    assert kinds == {"public", "group"}


def test_rows_hold_digests_and_can_be_neither_changed_nor_deleted(office: Any) -> None:
    case = cases.accepted(title=SAID)
    redact(office, case)
    row = Redaction.objects.get(place="proposals.proposal.title")
    assert (len(row.old_digest), row.kind, row.made_by) == (64, "personal", office)
    assert row.old_digest != row.new_digest


def test_author_and_body_are_told_without_the_words(office: Any) -> None:
    case = told_everywhere()
    redact(office, case)
    letter = Letter.objects.get(kind="redacted")
    assert letter.recipient == cases.proposer_of(case)
    assert REASON in letter.body
    assert Letter.objects.filter(kind="redacted_ministry").get().to
    assert not Letter.objects.filter(body__contains=NUMBER).exists()


def test_letters_are_marked_those_that_left_too(office: Any) -> None:
    case = told_everywhere()
    redact(office, case)
    rewritten = Letter.objects.filter(redacted_at__isnull=False)
    assert {letter.state for letter in rewritten} == {"due", "sent"}
    assert all("████" in letter.body + letter.subject for letter in rewritten)


def test_only_chosen_places_change(office: Any) -> None:
    case = cases.accepted(title=SAID, summary=SAID)
    redact(office, case, chosen=[f"proposals.proposal:{case.pk}:title"], unseen=False)
    case.refresh_from_db()
    assert (case.title, case.summary) == ("承辦 ████（████）說明", SAID)


def test_unseen_texts_are_neither_shown_nor_counted(office: Any) -> None:
    """What a ministry drafts is blacked out with the rest, and nobody outside it hears of it."""
    case = drafted(summary=SAID)
    (seen, *_rest) = preview_words(user=office, proposal=case, words=[NAME]).changes
    assert seen.text.name == "proposals.proposal.summary"
    redact(office, case)
    assert cases.lead_of(case).answerdrafts.get().reason == "承辦 ████（████）說明"
    traces = TimelineEntry.objects.filter(proposal=case, kind="redacted")
    assert set(traces.values_list("visibility", flat=True)) == {"public", "ministry"}
    assert not TimelineEntry.objects.visible_to(office).filter(pk__in=traces, visibility="ministry").exists()
    assert not Redaction.objects.visible_to(office).filter(place="proposals.answerdraft.reason").exists()


def test_nobody_learns_from_a_redaction_what_stands_in_unseen_texts(office: Any) -> None:
    """Neither by a refusal nor by a trace: the proposer alone is told of its restricted text."""
    case = drafted(summary="摘要", restricted=SAID)
    with pytest.raises(Refused):
        redact(office, case)
    with pytest.raises(Refused):
        redact(office, case, "沒有這詞")
    case.refresh_from_db()
    assert case.restricted.text == SAID
    with_summary = cases.accepted(summary=SAID, restricted=SAID)
    redact(office, with_summary)
    assert RestrictedText.objects.get(proposal=with_summary).text == "承辦 ████（████）說明"
    entries = TimelineEntry.objects.filter(proposal=with_summary, kind="redacted")
    assert not any("restricted" in name for entry in entries for name in entry.data["places"])
    assert not Redaction.objects.visible_to(office).filter(place__contains="restrictedtext").exists()
    with translation.override("zh-hant"):
        assert label_of("proposals.restrictedtext.text") in Letter.objects.get(kind="redacted").body


def drafted(**options: Any) -> Proposal:
    """A referred case with a draft that says the words."""
    case = cases.referred(**options)
    lead = cases.lead_of(case)
    said = {lead.asked[0].pk: {"outcome": "not_adopted", "reason": SAID}}
    save_answer_drafts(user=cases.liaison_of(lead.ministry), referral=lead, drafts=said)
    return case


def test_what_a_meeting_said_of_the_case_is_blacked_out(office: Any) -> None:
    case = cases.accepted()
    meeting = Meeting.objects.create(group=case.group, title_zh="例會", starts_at=clock.now(), is_public=True)
    item = AgendaItem.objects.create(meeting=meeting, position=1, minutes_text=SAID, decision_text=SAID)
    CaseOnAgenda.objects.create(item=item, proposal=case)
    redact(office, case)
    item.refresh_from_db()
    assert {item.minutes_text, item.decision_text} == {"承辦 ████（████）說明"}


def test_unseen_texts_stay_where_that_is_asked(office: Any) -> None:
    case = cases.accepted(title=SAID, restricted=SAID)
    redact(office, case, unseen=False)
    assert case.restricted.text == SAID


def test_group_officers_redact_own_cases_others_do_not(office: Any) -> None:
    case = cases.accepted(title=SAID)
    other = cases.person("x@example.org", convenes=cases.group("application"))
    outsiders = [other, cases.proposer_of(case), cases.person("a@example.org", audits=True)]
    for user in outsiders:
        with pytest.raises(NotAllowed):
            redact(user, case)
    redact(cases.convener_of(case), case)
    assert "████" in Proposal.objects.get(pk=case.pk).title


def test_officer_with_an_interest_does_not_redact(office: Any) -> None:
    case = cases.accepted(title=SAID)
    cases.person("office@example.org", represents=case.organisation)
    with pytest.raises(NotAllowed):
        redact(cases.person("office@example.org"), case)


@pytest.mark.parametrize(
    ("words", "reason"),
    [([], REASON), (["歐"], REASON), (["██"], REASON), (["沒有這詞"], REASON), ([NAME], ""), ([NAME], SAID)],
)
def test_refused_redaction_changes_nothing(office: Any, words: list[str], reason: str) -> None:
    case = cases.accepted(title=SAID)
    with pytest.raises(Refused):
        redact_words(user=office, proposal=case, words=words, kind="personal", reason=reason)
    assert Proposal.objects.get(pk=case.pk).title == SAID
    assert not Redaction.objects.exists()


def test_reason_with_personal_data_is_refused(office: Any) -> None:
    case = cases.accepted(title=SAID)
    with pytest.raises(Refused):
        redact(office, case, reason="電話 0912-345-678")


def test_stale_page_redacts_nothing(office: Any) -> None:
    case = cases.accepted(title=SAID)
    seen = Proposal.objects.get(pk=case.pk).version
    redact(office, case, NUMBER)
    with pytest.raises(Stale):
        redact(office, case, NAME, expected_version=seen)


def test_case_is_found_by_other_words_and_not_by_these(office: Any) -> None:
    case = cases.accepted(title=SAID)
    assert Proposal.objects.matching(NAME).filter(pk=case.pk).exists()
    redact(office, case)
    assert not Proposal.objects.matching(NAME).filter(pk=case.pk).exists()
    assert Proposal.objects.matching("說明").filter(pk=case.pk).exists()


def test_versions_show_the_same_black_blocks(office: Any) -> None:
    case = cases.accepted(title=SAID)
    redact(office, case)
    assert TextVersion.objects.get(proposal=case).content["title"] == Proposal.objects.get(pk=case.pk).title


def test_conditional_request_finds_a_new_feed(office: Any, client: Client) -> None:
    case = cases.accepted(title=SAID)
    place = f"/proposals/{case.number}/feed.atom"
    first = client.get(place)
    again = client.get(place, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    with clock.at(clock.now() + timedelta(minutes=1)):
        redact(office, case)
        by_tag = client.get(place, headers={"if-none-match": first["ETag"]})
        by_time = client.get(place, headers={"if-modified-since": first["Last-Modified"]})
    for response in (by_tag, by_time):
        assert response.status_code == 200
        assert NAME not in response.content.decode()


def test_public_page_is_kept_by_nobody_without_asking(client: Client) -> None:
    case = cases.accepted()
    kept = client.get(f"/proposals/{case.number}/")["Cache-Control"]
    assert "no-cache" in kept
    assert "s-maxage" not in kept


def test_place_labels_are_words_in_both_languages(office: Any) -> None:
    case = cases.accepted(title=SAID)
    redact(office, case)
    for language in ("zh-hant", "en"):
        with translation.override(language):
            assert all("." not in row.place_label for row in Redaction.objects.all())


def test_ask_of_a_submitted_case_changes_by_redaction_only(office: Any) -> None:
    case = told_everywhere()
    redact(office, case)
    ask = Ask.objects.get(proposal=case)
    assert (ask.text, ask.article) == ("承辦 ████（████）說明", "第1條 ████")
