"""What tests need before they begin: people with roles, and cases brought to a state by the real actions.

Functions, each for one thing, callable in any order and more than once. Letters stay unsent rows.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from members import clock
from members.models import Affiliation, Organisation, SecretariatTerm, User
from members.privacy import NOTICE_VERSION
from proposals import facts
from proposals.actions.answering import publish_answers, save_answer_drafts
from proposals.actions.drafting import AskText, save_draft, start_draft, submit_proposal
from proposals.actions.triage import accept_proposal, refer_proposal
from proposals.models import (
    CalendarDay,
    CalendarVersion,
    DeadlinePolicy,
    Proposal,
    Referral,
    ReminderRule,
)
from workinggroups.models import Seat, WorkingGroup

PASSWORD = "correct horse battery staple"
SINCE = date(2019, 1, 1)

_numbers = count(1)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in Taipei, for `with clock.at(at(2026, 11, 2)):`."""
    return datetime(year, month, day, hour, minute, tzinfo=clock.TAIPEI)


@cache
def _office_days() -> list[str]:
    """A line for each office day as COPY reads it, its version still to come."""
    rows = [row for row in facts.office_days() if row[0].year >= 2025]
    return [f"{day}\t{is_workday}\t{name}\t" for day, is_workday, name in rows]


def calendar() -> CalendarVersion:
    """The office days of 2025 to 2027."""
    version, is_new = CalendarVersion.objects.get_or_create(
        label=facts.CALENDAR_LABEL, defaults={"source": "tests"}
    )
    if is_new:
        into = f"{CalendarDay._meta.db_table} (day, is_workday, name, version_id)"
        with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as days:
            days.write("".join(f"{line}{version.pk}\n" for line in _office_days()))
    return version


def policies() -> None:
    """The general periods, valid from 2019 on."""
    general = DeadlinePolicy.objects.filter(group=None, valid_from=SINCE)
    known = set(general.values_list("kind", flat=True))
    DeadlinePolicy.objects.bulk_create(
        DeadlinePolicy(
            kind=row.kind,
            valid_from=SINCE,
            amount=row.amount,
            unit=row.unit,
            extendable_by=row.extendable_by,
        )
        for row in facts.POLICIES
        if row.kind not in known
    )


def ladders() -> None:
    """The reminder rules."""
    known = set(ReminderRule.objects.values_list("code", flat=True))
    ReminderRule.objects.bulk_create(
        ReminderRule(**rung._asdict()) for rung in facts.LADDERS if rung.code not in known
    )


def time_rules() -> None:
    """Calendar, periods and ladders at once; every case begins with them."""
    calendar()
    policies()
    ladders()


def group(slug: str = "regulation") -> WorkingGroup:
    names = {"name_zh": f"{slug} 分組", "name_en": f"Group {slug}"}
    return WorkingGroup.objects.get_or_create(slug=slug, defaults=names)[0]


def ministry(slug: str = "fsc", **fields: object) -> Organisation:
    """A government body, with a unit mailbox."""
    defaults: dict[str, object] = {
        "sector": Organisation.Sector.GOVERNMENT,
        "kind": Organisation.Kind.BODY,
        "name_zh": f"{slug} 部",
        "name_en": f"Ministry {slug}",
        "self_name": "本部",
        "mailbox": f"unit@{slug}.gov.example",
    }
    return Organisation.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def member_org(slug: str = "acme", **fields: object) -> Organisation:
    """A member company of the alliance."""
    defaults: dict[str, object] = {
        "sector": Organisation.Sector.INDUSTRY,
        "kind": Organisation.Kind.COMPANY,
        "name_zh": f"{slug} 公司",
        "name_en": f"{slug} Ltd",
        "joined_on": SINCE,
    }
    return Organisation.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def secretariat_org() -> Organisation:
    """The organisation that is the secretariat today; the alliance's own office where none is."""
    if term := SecretariatTerm.objects.current().select_related("organisation").first():
        return term.organisation
    office = member_org(
        "secretariat",
        name_zh="聯盟秘書處",
        name_en="Secretariat",
        sector=Organisation.Sector.RESEARCH,
    )
    SecretariatTerm.objects.create(organisation=office, starts_on=SINCE)
    return office


@cache
def _hashed() -> str:
    """The real hasher's work, done once: it takes a quarter of a second by design."""
    return make_password(PASSWORD)


def person(
    email: str = "",
    *,
    represents: Organisation | None = None,
    liaison_of: Organisation | None = None,
    deputy_of: Organisation | None = None,
    supervises: Organisation | None = None,
    researches_for: Organisation | None = None,
    convenes: WorkingGroup | None = None,
    secretary_of: WorkingGroup | None = None,
    chairs: bool = False,
    secretariat: bool = False,
    audits: bool = False,
    **fields: object,
) -> User:
    """Somebody with an account (password `cases.PASSWORD`) and the roles named, held since 2019.

    A group has one convener at a time: who is to convene one that has another is its deputy. The privacy
    notice waits for nobody, unless `notice=""` is given.
    """
    email = email or f"person{next(_numbers)}@example.org"
    defaults = {"name": email.partition("@")[0], "password": _hashed(), "notice": NOTICE_VERSION} | fields
    user = User.objects.get_or_create(email=email, defaults=defaults)[0]
    role = Affiliation.Role
    for organisation, name in (
        (represents, role.REPRESENTATIVE),
        (liaison_of, role.LIAISON),
        (deputy_of, role.DEPUTY),
        (supervises, role.SUPERVISOR),
        (researches_for, role.RESEARCH),
        (secretariat_org() if secretariat else None, role.SECRETARIAT),
        (secretariat_org() if audits else None, role.AUDITOR),
    ):
        if organisation:
            Affiliation.objects.get_or_create(
                user=user, organisation=organisation, role=name, defaults={"starts_on": SINCE}
            )
    others = Seat.objects.filter(group=convenes, role=Seat.Role.CONVENER, ends_on=None).exclude(user=user)
    for seat_group, name in (
        (convenes, Seat.Role.DEPUTY if convenes and others.exists() else Seat.Role.CONVENER),
        (secretary_of, Seat.Role.SECRETARY),
    ):
        if seat_group:
            Seat.objects.get_or_create(user=user, group=seat_group, role=name, defaults={"starts_on": SINCE})
    if chairs:
        Seat.objects.get_or_create(user=user, group=None, role=Seat.Role.CHAIR, defaults={"starts_on": SINCE})
    return User.objects.get(pk=user.pk)


def signed_in(user: User | None) -> Client:
    """A browser in which the person has signed in; for nobody, a visitor's."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def proposer_of(case: Proposal) -> User:
    """The first representative of the organisation that made the proposal."""
    return _first(case.organisation.affiliations.filter(role=Affiliation.Role.REPRESENTATIVE))


def convener_of(case: Proposal) -> User:
    return _first(case.group.seats.filter(role=Seat.Role.CONVENER))


def liaison_of(body: Organisation) -> User:
    """The first liaison of the body; one is appointed where there is none."""
    rows = body.affiliations.filter(role=Affiliation.Role.LIAISON)
    return _first(rows) if rows else person(f"liaison@{body.slug}.gov.example", liaison_of=body)


def _first(rows: object) -> User:
    return User.objects.get(pk=rows.order_by("pk")[0].user_id)  # type: ignore[attr-defined]


def draft(
    *,
    organisation: Organisation | None = None,
    group: WorkingGroup | None = None,
    asks: int = 2,
    restricted: str = "",
    language: str = "zh-hant",
    **fields: object,
) -> Proposal:
    """A complete draft of a member (with one representative), for a group (with one convener)."""
    time_rules()
    organisation = organisation or member_org()
    team = group or globals()["group"]()
    if not organisation.affiliations.filter(role=Affiliation.Role.REPRESENTATIVE).exists():
        person(f"rep@{organisation.slug}.example", represents=organisation)
    if not team.seats.filter(role=Seat.Role.CONVENER).exists():
        person(f"convener@{team.slug}.example", convenes=team)
    user = _first(organisation.affiliations.filter(role=Affiliation.Role.REPRESENTATIVE))
    row = start_draft(user=user, organisation=organisation, language=language)
    texts: dict[str, object] = {
        "group": team,
        "title": f"提案 {next(_numbers)}",
        "title_other": "Proposal",
        "summary": "摘要",
        "business_model": "經營模式",
        "conflict": "與現行規定牴觸之處",
        "benefit_firms": "產業效益",
        "benefit_public": "公共利益與風險",
    }
    return save_draft(
        user=user,
        proposal=row,
        fields=texts | fields,
        asks=[AskText(text=f"訴求 {n}", law="證券交易法", article=f"第{n}條") for n in range(1, asks + 1)],
        domains=[],
        restricted=restricted,
    )


def submitted(**options: object) -> Proposal:
    """A case in screening, submitted now (set the clock with `clock.at`). Options as for `draft`."""
    row = draft(**options)  # type: ignore[arg-type]
    return submit_proposal(user=proposer_of(row), proposal=row)


def accepted(**options: object) -> Proposal:
    """A public case in discussion."""
    case = submitted(**options)
    return accept_proposal(user=convener_of(case), proposal=case)


def referred(
    *, lead: Organisation | None = None, supporting: Sequence[Organisation] = (), **options: object
) -> Proposal:
    """A case with the ministries; each body has one liaison. `lead_of(case)` is the lead's part."""
    case = accepted(**options)
    lead = lead or ministry()
    for body in (lead, *supporting):
        liaison_of(body)
    return refer_proposal(user=convener_of(case), proposal=case, lead=lead, supporting=supporting)


def lead_of(case: Proposal) -> Referral:
    rows = case.referrals.select_related("proposal", "ministry").filter(part=Referral.Part.LEAD)
    return rows.latest("round", "pk")


def answered(
    case: Proposal | None = None, *, says: dict[str, object] | None = None, **options: object
) -> Proposal:
    """A case whose lead has answered every ask, each of them not adopted, or as `says` says."""
    case = case or referred(**options)  # type: ignore[arg-type]
    referral = lead_of(case)
    user = liaison_of(referral.ministry)
    asks = list(referral.asked.values_list("pk", flat=True))
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"} | (says or {})
    save_answer_drafts(user=user, referral=referral, drafts={pk: dict(text) for pk in asks})
    publish_answers(user=user, referral=referral, asks=asks)
    return Proposal.objects.get(pk=case.pk)


def promised(case: Proposal | None = None, *, on: date | None = None, **options: object) -> Proposal:
    """A case whose lead has promised to change a rule: by default with a single ask, in ninety days."""
    day = on or clock.today() + timedelta(days=90)
    says = {"outcome": "rule_change", "next_step": "預告修正草案", "next_on": day}
    return answered(case, says=says, **{"asks": 1} | options)
