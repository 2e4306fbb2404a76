"""擬復 as a file for the sign-off on paper: read by the own body alone, kept by nobody in between."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from members import clock
from members.odt import CONTENT_TYPE, Block, Heading, Line, Paragraph, Table, Title, odt
from members.said import roc
from proposals.models import Answer, AnswerDraft, Ask, Referral

from .access import for_bodies_only, own_referral

SIGNATURES = ("承辦人", "單位主管", "會辦單位", "核定")


@require_safe
@for_bodies_only
def draft_odt(request: HttpRequest, pk: int) -> HttpResponse:
    """All drafts of the referral with the facts of the case. In Chinese whatever the language of the page."""
    row = own_referral(request, pk)
    drafts = {draft.ask_id: draft for draft in row.answerdrafts.visible_to(request.user)}
    answers = {answer.ask_id: answer for answer in row.answers.current()}
    asks = [(ask, drafts.get(ask.pk), answers.get(ask.pk)) for ask in row.asked.select_related("law")]
    with translation.override("zh-hant"):
        title = f"擬復（稿）{row.proposal.number}"
        response = HttpResponse(odt(blocks(row, asks), title=title), content_type=CONTENT_TYPE)
    name = f"draft-{row.proposal.number}-{row.ministry.slug}.odt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def blocks(row: Referral, asks: Iterable[tuple[Ask, AnswerDraft | None, Answer | None]]) -> Iterator[Block]:
    """The sheet: the facts, each ask with its draft, and the boxes for those who sign."""
    case = row.proposal
    yield Title(f"{row.ministry.name_zh}　擬復（稿）")
    yield Line("案號", case.number or "")
    yield Line("提案", case.title)
    heir = f"（由{case.taken_over_by.name_zh}承接）" if case.taken_over_by else ""
    yield Line("提案人", f"{case.organisation.name_zh}{heir}" if case.organisation else "")
    yield Line("辦理", f"{row.get_part_display()}{f'（第{row.round}輪）' if row.round > 1 else ''}")
    yield Line("收文日", roc(row.received_on) if row.received_on else "尚未登錄")
    yield Line("期限屆滿日", roc(row.due_on) if row.due_on else "")
    if row.sign_off_since:
        yield Line("陳核起始日", roc(row.sign_off_since))
    yield Line("列印日", roc(clock.today()))
    for ask, draft, answer in asks:
        yield Heading(f"訴求{ask.number}")
        yield Paragraph(ask.text)
        if ask.law or ask.article:
            yield Line("法規", f"{ask.law.name_zh if ask.law else ''}{ask.article}")
        said = answer or draft
        if said is None or not (said.outcome or said.reason):
            yield Line("擬復", "尚未擬具")
            continue
        yield Line("已發布回應" if answer else "擬復結果", str(said.get_outcome_display()) or "尚未選擇")
        if said.reason:
            yield Paragraph(said.reason)
        if said.legal_basis:
            yield Line("法規依據", said.legal_basis)
        if said.next_step or said.next_on:
            yield Line("後續辦理", f"{said.next_step}{f'（{roc(said.next_on)}）' if said.next_on else ''}")
    yield Heading("陳核")
    yield Table(SIGNATURES, [[""] * len(SIGNATURES)])
    yield Paragraph("本件為機關內部擬復，未經發布，不得對外提供。")
