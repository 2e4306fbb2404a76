"""What each kind of timeline entry reads like. Source of the words on pages, feeds and letters alike.

`%(who)s` is the body or party that acted; other placeholders come from the entry's data.
"""

from django.utils.translation import gettext_lazy as _

HAPPENINGS = {
    "submitted": _("%(who)s submitted the proposal"),
    "recused": _("An officer of the group represents the proposer and takes no part in this case (recusal)"),
    "accepted": _("%(who)s accepted the case for discussion"),
    "information_asked": _("%(who)s asked the proposer for information; the clock stands"),
    "information_sent": _("%(who)s sent the information; the clock runs on"),
    "information_text": _("What %(who)s sent, for the parties only"),
    "resumed": _("%(who)s goes on without the information; the clock runs on"),
    "declined": _("%(who)s declined the case"),
    "referred": _("%(who)s referred the case to ministries"),
    "received": _("%(who)s received the referral; its period runs from the next day"),
    "receipt_corrected": _("The day of receipt by %(who)s was corrected; the due date was counted anew"),
    "accepted_by_ministry": _("%(who)s took the matter on"),
    "returned": _("%(who)s returned the matter as not its own and named another body"),
    "question_asked": _("%(who)s asked the proposer a question; its clock stands"),
    "question_answered": _("%(who)s replied; the ministry's clock runs on"),
    "question_lapsed": _("The proposer's time to reply has passed; the clock of %(who)s runs on"),
    "extended": _("%(who)s extended its period once"),
    "sign_off": _("%(who)s has its draft in internal sign-off"),
    "sign_off_ended": _("%(who)s took its draft back from internal sign-off"),
    "interim_reply": _("%(who)s published an interim reply"),
    "answer_published": _("%(who)s published its answer"),
    "case_answered": _("The lead body has answered every ask"),
    "date_moved": _("Offices were closed on a last day: the due date was counted anew"),
    "withdrawn": _("%(who)s withdrew the case"),
    "lapsed": _("The case counts as withdrawn: the information did not come in time"),
    "closed": _("The case was closed"),
    "imported": _("Taken over from a public archive"),
    "no_answer_recorded": _("The archive records no answer of %(who)s"),
}
