"""Meetings as everybody reads them, and what those in them do on their page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Affiliation, User
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import convener, document, meeting
from workinggroups.models import ActionItem, AgendaItem, Document, Meeting, MeetingSeries, Participant, Seat

pytestmark = pytest.mark.django_db

LINK = "https://meet.example/secret"


def page(path: str, user: User | None = None) -> str:
    answer = signed_in(user).get(f"/en{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_list_shows_what_is_to_come_or_past_and_can_be_narrowed():
    meeting(1, title_en="Coming one")
    meeting(-1, title_en="Past one")
    meeting(2, title_en="Elsewhere", group=cases.group("academia"))
    coming, past = page("/meetings/"), page("/meetings/?when=past")
    assert "Coming one" in coming
    assert "Elsewhere" in coming
    assert "Past one" not in coming
    assert "Past one" in past
    assert "Elsewhere" not in page("/meetings/?group=regulation")
    assert "Coming one" not in page("/meetings/?group=unknown")


def test_internal_meeting_is_known_to_the_group_the_invited_and_the_secretariat():
    row = meeting(is_public=False)
    body = cases.ministry()
    Participant.objects.create(meeting=row, organisation=body)
    member = cases.person()
    Seat.objects.create(user=member, group=row.group, role=Seat.Role.MEMBER, starts_on=cases.SINCE)
    insiders = [convener(), cases.liaison_of(body), member, cases.person(secretariat=True)]
    outsiders = [None, convener(cases.group("academia")), cases.person(liaison_of=cases.ministry("moea"))]
    for users, status in ((insiders, 200), (outsiders, 404)):
        for user in users:
            assert signed_in(user).get(f"/meetings/{row.pk}/").status_code == status
    assert "Group meeting" not in page("/meetings/")
    assert "Group meeting" in page("/meetings/", member)


def test_press_contact_of_an_invited_body_knows_what_the_public_knows():
    row, body = meeting(is_public=False), cases.ministry()
    Participant.objects.create(meeting=row, organisation=body)
    paper = document(meeting=row, title_zh="內部資料")
    for role, knows in (("supervisor", True), ("press", False)):
        person = cases.person(f"{role}@example.org")
        Affiliation.objects.create(user=person, organisation=body, role=role, starts_on=cases.SINCE)
        assert signed_in(person).get(f"/meetings/{row.pk}/").status_code == (200 if knows else 404)
        assert Document.objects.visible_to(person).filter(pk=paper.pk).exists() is knows


def test_right_ends_with_the_seat():
    row, member = meeting(is_public=False), cases.person()
    seat = Seat.objects.create(user=member, group=row.group, role="member", starts_on=cases.SINCE)
    assert signed_in(member).get(f"/meetings/{row.pk}/").status_code == 200
    Seat.objects.filter(pk=seat.pk).update(ends_on=clock.today())
    assert signed_in(member).get(f"/meetings/{row.pk}/").status_code == 404


def test_online_link_and_notice_are_for_those_who_take_part():
    row = meeting(online_url=LINK)
    liaison = cases.liaison_of(cases.ministry())
    path = f"/meetings/{row.pk}/"
    for user in (None, liaison):
        assert LINK not in page(path, user)
        assert signed_in(user).get(f"{path}notice/").status_code == 404
    Participant.objects.create(meeting=row, organisation=cases.ministry())
    for user in (convener(), liaison):
        assert LINK in page(path, user)
        assert cases.ministry().name_zh in page(f"{path}notice/", user)
    assert signed_in(liaison).get(f"{path}notice.odt").status_code == 200


def test_chair_is_named_in_public_only_after_having_agreed():
    row = meeting(chaired_by=convener().name)
    path = f"/meetings/{row.pk}/"
    assert convener().name not in page(path)
    assert convener().name in page(path, convener())
    Seat.objects.filter(user=convener()).update(named_on=clock.today())
    assert convener().name in page(path)


def test_notice_lists_what_earlier_meetings_left_to_do_until_it_is_done():
    before, after = meeting(-7), meeting(7)
    due_on = clock.today() + timedelta(days=3)
    item = ActionItem.objects.create(meeting=before, text="彙整意見", owner=convener(), due_on=due_on)
    notice = f"/meetings/{after.pk}/notice/"
    assert "彙整意見" in page(notice, convener())
    ActionItem.objects.filter(pk=item.pk).update(done_at=clock.now(), done_by=convener())
    assert "彙整意見" not in page(notice, convener())


def test_group_page_links_no_organisation_that_has_no_page():
    group, left = cases.group(), cases.member_org("left", left_on=clock.today())
    seat = {"group": group, "role": "member", "starts_on": cases.SINCE}
    Seat.objects.create(user=cases.person("a@example.org"), organisation=left, **seat)
    Seat.objects.create(user=cases.person("b@example.org"), organisation=cases.member_org(), **seat)
    shown = page(f"/groups/{group.slug}/")
    assert left.name_en in shown
    assert f"/members/{left.slug}/" not in shown
    assert f"/members/{cases.member_org().slug}/" in shown


def test_cancelled_meeting_says_why_and_shows_no_link():
    row = meeting(online_url=LINK)
    Meeting.objects.filter(pk=row.pk).update(cancelled_at=clock.now(), cancel_reason="颱風停班")
    shown = page(f"/meetings/{row.pk}/", convener())
    assert "颱風停班" in shown
    assert LINK not in shown


def test_invited_body_replies_on_the_page():
    row, body = meeting(), cases.ministry()
    invited = Participant.objects.create(meeting=row, organisation=body)
    client = signed_in(cases.liaison_of(body))
    sent = {"participant": invited.pk, "reply": "yes"}
    assert client.post(f"/meetings/{row.pk}/reply/", sent).status_code == 302
    assert Participant.objects.get().reply == "yes"
    assert signed_in(convener()).post(f"/meetings/{row.pk}/reply/", sent).status_code == 404
    assert client.post(f"/meetings/{row.pk}/reply/", {"participant": "x"}).status_code == 404
    with clock.at(row.starts_at):
        assert client.post(f"/meetings/{row.pk}/reply/", sent | {"reply": "no"}).status_code == 409
    assert Participant.objects.get().reply == "yes"


def test_action_item_is_shown_to_the_group_and_finished_by_its_owner():
    old, row, owner = meeting(-7), meeting(), cases.person("owner@example.org")
    Seat.objects.create(user=owner, group=row.group, role=Seat.Role.MEMBER, starts_on=cases.SINCE)
    item = ActionItem.objects.create(meeting=old, text="洽詢主管機關", owner=owner, due_on=clock.today())
    path, done = f"/meetings/{row.pk}/", f"/meetings/action-items/{item.pk}/done/"
    assert item.text not in page(path)
    assert done in page(path, owner)
    assert signed_in(cases.person()).post(done).status_code == 404
    answer = signed_in(owner).post(done, {"meeting": row.pk})
    assert answer.url == row.get_absolute_url()
    assert item.text not in page(path, owner)


def test_documents_are_read_by_those_for_whom_they_are():
    row = meeting()
    secret, shown = (document(meeting=row, title_zh=t, is_public=p) for t, p in (("密", 0), ("公", 1)))
    hidden = document(meeting=meeting(is_public=False), title_zh="隱", is_public=True)
    for closed in (secret, hidden):
        assert Client().get(f"/documents/{closed.pk}/").status_code == 404
    assert b"".join(Client().get(f"/documents/{shown.pk}/").streaming_content) == b"paper"
    answer = signed_in(convener()).get(f"/documents/{secret.pk}/")
    assert b"".join(answer.streaming_content) == b"paper"
    assert answer["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert signed_in(convener(cases.group("academia"))).get(f"/documents/{secret.pk}/").status_code == 404


def test_pages_take_the_same_queries_for_one_row_and_for_three():
    row, body = meeting(), cases.ministry()
    Participant.objects.create(meeting=row, organisation=body)

    def add(number: int) -> None:
        meeting(number + 7)
        AgendaItem.objects.create(meeting=row, position=number, title_zh="議題")
        document(meeting=row, title_zh="附件", is_public=True)
        ActionItem.objects.create(
            meeting=meeting(-number), text="待辦", organisation=body, due_on=clock.today()
        )
        Participant.objects.create(meeting=row, user=cases.person())

    def queries(path: str, user: User | None) -> int:
        client = signed_in(user)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    visits = [
        (path, user)
        for path in ("/meetings/", "/meetings/?when=past", f"/meetings/{row.pk}/")
        for user in (None, convener(), cases.liaison_of(body))
    ] + [(f"/meetings/{row.pk}/notice/", convener())]
    add(1)
    [queries(*visit) for visit in visits]
    few = [queries(*visit) for visit in visits]
    add(2)
    add(3)
    assert [queries(*visit) for visit in visits] == few


def test_past_meetings_are_found_by_year_and_series():
    old = meeting(starts_at=cases.at(2024, 12, 31, 23), ends_at=None, title_en="Old one")
    series = MeetingSeries.objects.create(name_zh="例會", name_en="Regular", group=old.group)
    secret = MeetingSeries.objects.create(name_zh="密會", name_en="Secret series", group=old.group)
    meeting(-1, title_en="Late one", series=series)
    meeting(-1, title_en="Hidden one", series=secret, is_public=False)
    assert "Old one" in page("/meetings/?when=past&year=2024")
    assert "Late one" not in page("/meetings/?when=past&year=2024")
    assert "Old one" not in page("/meetings/?when=past&year=2025")
    found = page(f"/meetings/?when=past&series={series.pk}")
    assert "Late one" in found
    assert "Old one" not in found
    assert "Secret series" not in found
    assert "Hidden one" not in page(f"/meetings/?when=past&series={secret.pk}")


def test_year_of_a_meeting_is_said():
    row = meeting(starts_at=clock.now() - timedelta(days=800), ends_at=None)
    assert str(clock.local_date(row.starts_at).year) in page("/meetings/?when=past")
