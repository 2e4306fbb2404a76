"""Two invented organisations that want to join the demo: one waits for review, one has been asked."""

from datetime import timedelta
from uuid import UUID

from members import clock
from members.actions.admissions import ask_applicant, take_up_application
from members.actions.applications import About, Contact, apply_to_join, confirm_application
from members.models import Application, Domain, Letter

from .play import MAIL_STAYS, moment, user_of

WAITING = UUID("6f1d7a52-3c1e-4b1c-9a54-1b0f6a4d0001")
ASKED = UUID("6f1d7a52-3c1e-4b1c-9a54-1b0f6a4d0002")


def apply() -> int:
    """Sends what has not been sent; letters of the past are cancelled, as those of the stories are."""
    begun_at = clock.now()
    there = set(Application.objects.values_list("form_key", flat=True))
    made = [make() for key, make in ((WAITING, _waiting), (ASKED, _asked)) if key not in there]
    past = Letter.objects.filter(state=Letter.State.DUE, created_at__lt=begun_at - MAIL_STAYS)
    past.filter(kind__startswith="application").update(state=Letter.State.CANCELLED)
    return len(made)


def _waiting() -> Application:
    """A firm whose letter came back with its button pressed: it waits for the secretariat."""
    with clock.at(moment(3, 1)):
        row = apply_to_join(
            form_key=WAITING,
            about=About(
                kind="company",
                sector="industry",
                name_zh="浪花數據（示範）",
                name_en="Langhua Data (demo)",
                ubn="00000000",
                website="https://langhua.example/",
                wishes="虛構的示範申請：希望釐清資料存證之證據效力，並參與試驗。",
                domains=list(Domain.objects.filter(slug__in=("evidence", "trade"))),
            ),
            contact=Contact(contact="示範申請人甲", email="apply@langhua.example"),
        )
    with clock.at(moment(3, 1) + timedelta(minutes=9)):
        return confirm_application(application=row)


def _asked() -> Application:
    """An association with members of its own, asked for its charter."""
    with clock.at(moment(8, 2)):
        row = apply_to_join(
            form_key=ASKED,
            about=About(
                kind="association",
                sector="industry",
                name_zh="海風區塊鏈協會（示範）",
                name_en="Haifeng Blockchain Society (demo)",
                website="https://haifeng.example/",
                wishes="虛構的示範申請：代表中小型業者參與法規討論。",
                members="青嵐資產託管（示範）\n浪花數據（示範）\n虛構軟體工作室（示範）",
            ),
            contact=Contact(contact="示範申請人乙", email="apply@haifeng.example", phone="02-0000-0000"),
        )
        confirm_application(application=row)
    secretary = user_of("secretariat", "secretariat")
    with clock.at(moment(6, 1)):
        take_up_application(user=secretary, application=row)
    with clock.at(moment(6, 2)):
        return ask_applicant(
            user=secretary, application=row, text="請提供章程與立案證書字號，以確認團體性質。"
        )
