"""What the small world holds first: cases brought to every state by the real actions, with their secrets."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from members import clock
from members.models import Organisation, User
from proposals.actions import answering, triage
from proposals.actions.aftermath import rate_and_close
from proposals.actions.consultations import invite_ministries
from proposals.actions.drafting import submit_proposal
from proposals.actions.files import attach_file
from proposals.actions.merging import merge_proposal
from proposals.actions.paper import enter_paper_answer
from proposals.actions.proposer import close_proposal, withdraw_proposal
from proposals.actions.register import save_clarification
from proposals.actions.sponsors import invite_sponsor
from proposals.models import Clarification, Proposal
from tests import cases
from tests.canaries import OTHERS, SECRETS
from tests.proposals.corpus.files import pdf
from tests.proposals.disputes import disputed

if TYPE_CHECKING:
    from tests.world import World

BEFORE = cases.at(2026, 11, 3)


def full_draft(
    organisation: Organisation, group: Any, word: str, words: dict[str, str] = SECRETS
) -> Proposal:
    """A draft with a restricted text and two files, one of them restricted."""
    case = cases.draft(
        organisation=organisation,
        group=group,
        restricted=words["restricted"],
        title=f"提案 {word}",
        summary=f"摘要 {word}",
    )
    user = cases.proposer_of(case)
    for name, is_restricted in ((words["file"], False), (words["secret_file"], True)):
        upload = SimpleUploadedFile(f"{name}.pdf", pdf(b"/Title (" + name.encode() + b")"))
        attach_file(user=user, proposal=case, upload=upload, is_restricted=is_restricted)
    return case


def bring_own(made: "World", acme: Organisation, group: Any, fsc: Organisation, moea: Organisation) -> None:
    rep, convener, liaison = (made.people[name] for name in ("representative", "convener", "liaison"))

    def submitted(word: str = "") -> Proposal:
        return submit_proposal(user=rep, proposal=full_draft(acme, group, word))

    def referred() -> Proposal:
        case = triage.accept_proposal(user=convener, proposal=submitted())
        return triage.refer_proposal(user=convener, proposal=case, lead=fsc, supporting=[moea])

    made.add_case("draft", full_draft(acme, group, SECRETS["draft"]))
    words = SECRETS | {"file": SECRETS["sponsored"]}
    sponsored = full_draft(acme, group, SECRETS["sponsored"], words)
    invite_sponsor(user=rep, proposal=sponsored, organisation=cases.member_org("globex"))
    made.add_case("sponsored_draft", sponsored)
    with clock.at(BEFORE - timedelta(days=14)):
        submitted(SECRETS["submitted"])  # late by now, so that there are reminders
    screening = submitted(SECRETS["submitted"])
    triage.add_triage_note(user=convener, proposal=screening, text=SECRETS["note"])
    made.add_case("screening", screening)
    asked = submitted(SECRETS["submitted"])
    triage.ask_for_information(user=convener, proposal=asked, text=SECRETS["information"])
    made.add_case("needs_information", asked)
    invited = invite_ministries(user=convener, proposal=submitted(), bodies=[cases.ministry("moda")])[0]
    made.add_case("invited", invited.proposal)
    made.add("consultation", invited)
    made.add_case("discussion", triage.accept_proposal(user=convener, proposal=submitted()))
    made.add_case("referred", referred())
    drafted = referred()
    part = cases.lead_of(drafted)
    answering.accept_referral(user=liaison, referral=part)
    ask = drafted.asks.order_by("number")[0].pk
    text = {"outcome": "clarified", "reason": SECRETS["answer"], "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=part, drafts={ask: text})
    made.add_case("in_progress", drafted)
    _shared(made, acme, group, fsc)
    waiting = referred()
    answering.ask_proposer(user=liaison, referral=cases.lead_of(waiting), text="請補充說明")
    made.add_case("waiting", waiting)
    checking = referred()
    ask = checking.asks.order_by("number")[0].pk
    said = {"outcome": "clarified", "reason": SECRETS["checked"], "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=cases.lead_of(checking), drafts={ask: said})
    made.add_case("checking", checking)
    made.add_case("answered", _answered(referred(), liaison))
    written = referred()
    letter = enter_paper_answer(
        user=made.people["secretariat"],
        referral=cases.lead_of(written),
        letter_number="1150000009",
        letter_on=clock.today(),
        scan=SimpleUploadedFile("letter.pdf", pdf()),
        is_blacked_out=True,
        answers={written.asks.first().pk: {"outcome": "not_adopted", "reason": "理由", "legal_basis": "無"}},
    )
    made.add("scan", letter, number=written.number)
    nobodys = disputed(referred())
    made.add_case("disputed", nobodys)
    made.add("coordination", nobodys.coordinations.get())
    made.add_case("closed", close_proposal(user=rep, proposal=_answered(referred(), liaison)))
    promised = cases.promised(referred())
    word = {"usefulness": 4, "answered": "yes", "text": SECRETS["rating"]}
    made.add_case("follow_up", rate_and_close(user=rep, proposal=promised, **word))
    made.add("promise", promised.follow_ups.first())
    made.add("rating", promised.ratings.get())
    cases.answered(referred(), says={"outcome": "clarified"})
    entry, waiting_entry = Clarification.objects.order_by("pk")[:2]
    facts = {"is_published": True, "facts": "事實"}
    save_clarification(user=made.people["secretariat"], clarification=entry, fields=facts)
    made.add("clarification", entry, slug=entry.slug)
    made.add("waiting_clarification", waiting_entry, slug=waiting_entry.slug)
    Clarification.objects.filter(pk=waiting_entry.pk).update(facts=SECRETS["entry"])
    declined = submitted(SECRETS["declined"])
    triage.decline_proposal(user=convener, proposal=declined, reason="unclear", text=SECRETS["declined"])
    made.add_case("declined", declined)
    _merge(made, group)
    withdrawn = submitted(SECRETS["declined"])
    withdraw_proposal(user=rep, proposal=withdrawn, text=SECRETS["declined"])
    made.add_case("withdrawn", withdrawn)


def _shared(made: "World", acme: Organisation, group: Any, fsc: Organisation) -> None:
    """A lead's draft, shared with the supporting body, which keeps its own to itself."""
    moda = cases.ministry("moda")
    case = cases.referred(organisation=acme, group=group, lead=fsc, supporting=[moda])
    for body, role, word in ((fsc, "liaison", SECRETS["shared"]), (moda, "other_liaison", OTHERS["answer"])):
        part = case.referrals.get(ministry=body)
        said = {"outcome": "clarified", "reason": word, "legal_basis": "證券交易法第22條"}
        drafts = {case.asks.order_by("number")[0].pk: said}
        answering.save_answer_drafts(user=made.people[role], referral=part, drafts=drafts)
    answering.share_drafts(user=made.people["liaison"], referral=cases.lead_of(case))
    made.add_case("shared", case)
    made.add("shared_beside", case.referrals.get(ministry=moda), number=case.number)


def _merge(made: "World", group: Any) -> None:
    """A case of globex before acceptance, merged into a public one of acme, each with its secrets."""
    rep, other, convener = (
        made.people[name] for name in ("representative", "other_representative", "convener")
    )
    secret = dict.fromkeys(("secret_file", "restricted"), SECRETS["merged_secret"])
    words = {"file": SECRETS["merged"], **secret}
    draft = full_draft(cases.member_org("globex"), group, SECRETS["merged"], words)
    case = submit_proposal(user=other, proposal=draft)
    secret = dict.fromkeys(("secret_file", "restricted"), SECRETS["target"])
    draft = full_draft(cases.member_org("acme"), group, "", {"file": SECRETS["between"], **secret})
    into = triage.accept_proposal(user=convener, proposal=submit_proposal(user=rep, proposal=draft))
    made.add_case("merged", merge_proposal(user=convener, proposal=case, into=into, reason="兩案訴求相同"))
    made.add_case("merged_into", Proposal.objects.get(pk=into.pk))


def _answered(case: Proposal, liaison: User) -> Proposal:
    part, asks = cases.lead_of(case), list(case.asks.values_list("pk", flat=True))
    text = {"outcome": "not_adopted", "reason": "理由", "legal_basis": "證券交易法第22條"}
    answering.save_answer_drafts(user=liaison, referral=part, drafts={pk: dict(text) for pk in asks})
    answering.publish_answers(user=liaison, referral=part, asks=asks)
    return Proposal.objects.get(pk=case.pk)


def bring_of_others(made: "World", globex: Organisation, group: Any, moda: Organisation) -> None:
    rep, convener = made.people["other_representative"], made.people["other_convener"]
    made.add_case("other_draft", full_draft(globex, group, OTHERS["draft"], OTHERS))
    waiting = submit_proposal(user=rep, proposal=full_draft(globex, group, OTHERS["submitted"], OTHERS))
    made.add_case("other_screening", waiting)
    case = submit_proposal(user=rep, proposal=full_draft(globex, group, "", OTHERS))
    made.add_case("other_referred", triage.refer_proposal(user=convener, proposal=case, lead=moda))
