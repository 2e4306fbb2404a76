"""What each kind of timeline entry reads like. Source of the words on pages, feeds and letters alike.

`%(who)s` is the body or party that acted; other placeholders come from the entry's data.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HAPPENINGS = {
    "submitted": _("%(who)s submitted the proposal"),
    "recused": _("An officer of the group has an interest in this case and takes no part in it (recusal)"),
    "recused/convener": _("The group's convener takes no part in this case (recusal)"),
    "recused/deputy": _("The group's deputy convener takes no part in this case (recusal)"),
    "recused/secretary": _("The group's secretary takes no part in this case (recusal)"),
    "recusal_requested": _("%(who)s asked that an officer of the group takes no part in this case"),
    "recusal_refused": _("%(who)s did not grant the recusal: the officer goes on with this case"),
    "recusal_ended": _("A recusal has ended: the officer of the group takes part in this case again"),
    "accepted": _("%(who)s accepted the case for discussion"),
    "information_asked": _("%(who)s asked the proposer for information; the clock stands"),
    "information_sent": _("%(who)s sent the information; the clock runs on"),
    "information_text": _("What %(who)s sent, for the parties only"),
    "amended": _("%(who)s amended the text; every earlier version stays readable"),
    "personal_data_confirmed": _("%(who)s confirmed that personal data in the text is meant to be public"),
    "passed_on": _("A colleague took over the work on this case; its dates run on"),
    "moved": _("%(who)s moved the case to another group; its dates run on"),
    "resumed": _("%(who)s goes on without the information; the clock runs on"),
    "merged": _("%(who)s merged the case into another one, in which it is dealt with from now on"),
    "merged_here": _("%(who)s merged another case into this one; its proposer joins"),
    "unmerged": _("%(who)s undid the merger: the case goes on by itself"),
    "unmerged_here": _("%(who)s undid a merger: the other case goes on by itself again"),
    "declined": _("%(who)s declined the case"),
    "referred": _("%(who)s referred the case to ministries"),
    "referred/letter": _("%(who)s referred the case to ministries by official letter"),
    "letter_sent": _("%(who)s sent the official letter to the ministries"),
    "received": _("%(who)s received the referral; its period runs from the next day"),
    "receipt_corrected": _("The day of receipt by %(who)s was corrected; the due date was counted anew"),
    "handed_over": _("A reorganisation handed the matter over to another body"),
    "handed_over/follow_up": _("A reorganisation handed over what was promised to another body"),
    "handed_over/invitation": _("A reorganisation handed the invitation to comment over to another body"),
    "handed_over/joined": _("A reorganisation joined this part to that of the body that takes part already"),
    "accepted_by_ministry": _("%(who)s took the matter on"),
    "returned": _("%(who)s returned the matter as not its own and named another body"),
    "on_agenda": _("%(who)s put the case on the agenda of a meeting"),
    "decided_at_meeting": _("%(who)s decided this at a meeting"),
    "adjourned": _("%(who)s discussed the case at a meeting and adjourned it to a later one"),
    "ministries_invited": _("%(who)s invited ministries to comment; no clock runs"),
    "ministry_commented": _("%(who)s commented before the referral"),
    "comment_changed": _("%(who)s changed its comment"),
    "invitation_declined": _("%(who)s has no comment now"),
    "competence_disputed": _(
        "Competence is disputed; from now on the secretariat coordinates between bodies"
    ),
    "coordinated": _("%(who)s recorded who coordinates, and how far the coordination has come"),
    "competence_decided/body": _("It was decided by letter which body is competent"),
    "competence_decided/nobody": _("It was decided by letter that no body is competent"),
    "competence_decided": _("Competence was decided by letter"),
    "supporting_added": _("%(who)s asked a further body to support"),
    "question_asked": _("%(who)s asked the proposer a question; its clock stands"),
    "question_answered": _("%(who)s replied; the ministry's clock runs on"),
    "question_lapsed": _("The proposer's time to reply has passed; the clock of %(who)s runs on"),
    "secrecy_check_asked": _(
        "%(who)s lets the proposer check its draft for business secrets; its clock stands"
    ),
    "secrecy_checked": _("%(who)s has checked the draft for business secrets; the ministry's clock runs on"),
    "secrecy_check_lapsed": _(
        "The time to check for business secrets has passed; the clock of %(who)s runs on"
    ),
    "extended": _("%(who)s extended its period once"),
    "prolonged": _("%(who)s prolonged its own period to reply, once"),
    "paused_for_cause": _("%(who)s stopped the clock for a cause that nobody answers for"),
    "cause_ended": _("The cause has ended; the clock runs on"),
    "receipt_forgotten": _(
        "The mail to %(who)s came back: it does not count as received, and the due date was counted anew"
    ),
    "reply_proved": _("The mark of lateness was removed: %(who)s had answered by letter in time"),
    "proof_corrected": _(
        "The proof of the letter of %(who)s was corrected; the mark of lateness stands again"
    ),
    "delay_explained": _("%(who)s, being late, said why and when it expects to answer"),
    "sign_off": _("%(who)s has its draft in internal sign-off"),
    "approved": _("%(who)s has its draft approved"),
    "sign_off_ended": _("%(who)s took its draft back from internal sign-off"),
    "drafts_shared": _("%(who)s lets the other bodies of the case read its drafts"),
    "drafts_unshared": _("%(who)s no longer lets the other bodies read its drafts"),
    "interim_reply": _("%(who)s published an interim reply"),
    "answered_by_letter": _("%(who)s answered by official letter"),
    "answer_entered": _("%(who)s entered the ministry's answer word for word from its letter"),
    "answer_published": _("%(who)s published its answer"),
    "answer_corrected": _("%(who)s corrected a published answer; the version before stays readable"),
    "answer_supplemented": _("%(who)s supplemented a published answer; the version before stays readable"),
    "answer_taken_back": _("%(who)s withdrew a published answer; what it said before stays readable"),
    "case_answered": _("The lead body has answered every ask"),
    "date_moved": _("Offices were closed within the period: the due date was counted anew"),
    "date_moved/calendar": _("The official office calendar was imported: the due date was counted anew"),
    "date_moved/closure_revised": _(
        "A closure of offices was withdrawn or decided anew: the due date was counted anew"
    ),
    "lead_left": _("%(who)s has left the alliance; others may take the case over"),
    "taken_over": _("%(who)s took the case over; its proposer stays on the record"),
    "lead_back": _("%(who)s belongs to the alliance again: the case is its own as before"),
    "unclaimed": _("Nobody took the case over in time: it has ended"),
    "opening_announced": _("%(who)s announced that its restricted text becomes public"),
    "opening_announced/file": _("%(who)s announced that a restricted file becomes public"),
    "opening_announced/part": _(
        "%(who)s announced that the restricted part of a question or reply becomes public"
    ),
    "opening_stopped": _("%(who)s took back its word: what is restricted stays restricted"),
    "opening_dropped": _("The case has ended: what is restricted in it stays restricted"),
    "restricted_opened": _("%(who)s opened its restricted text to everybody, as announced a week before"),
    "restricted_opened/file": _("%(who)s opened a restricted file to everybody, as announced a week before"),
    "restricted_opened/part": _(
        "%(who)s opened the restricted part of a question or reply, as announced a week before"
    ),
    "withdrawn": _("%(who)s withdrew the case"),
    "lapsed": _("The case counts as withdrawn: the information did not come in time"),
    "closed": _("The case was closed"),
    "in_follow_up": _("The answer stands; the case stays open until what was promised is done"),
    "promised": _("%(who)s promised a next step, with its day"),
    "follow_up_progress": _("%(who)s reported progress on what it promised"),
    "follow_up_revised": _("%(who)s revised the planned day of what it promised"),
    "follow_up_done": _("%(who)s reported as done what it promised"),
    "follow_up_dropped": _("%(who)s dropped what it promised, with a reason"),
    "rated": _("%(who)s rated the answers"),
    "reconsideration_asked": _("%(who)s asked once for the answers to be reconsidered"),
    "second_look_asked": _("%(who)s asked once for a second look at the decision"),
    "reopened": _("%(who)s reopened the case: law or facts have changed"),
    "closed_again": _("%(who)s closed the reopened case again; the answers stand"),
    "redacted": _("%(who)s blacked out words"),
    "redacted/personal": _("%(who)s blacked out personal data"),
    "redacted/secret": _("%(who)s blacked out a business secret"),
    "redacted/unlawful": _("%(who)s blacked out unlawful content"),
    "removed": _("%(who)s removed a text at once"),
    "removed/personal": _("%(who)s removed a text at once because of personal data"),
    "removed/secret": _("%(who)s removed a text at once because of a business secret"),
    "removed/unlawful": _("%(who)s removed a text at once because of unlawful content"),
    "file_withdrawn": _("%(who)s withdrew a file"),
    "file_withdrawn/personal": _("%(who)s withdrew a file because of personal data"),
    "file_withdrawn/secret": _("%(who)s withdrew a file because of a business secret"),
    "file_withdrawn/unlawful": _("%(who)s withdrew a file because of unlawful content"),
    "file_replaced": _("%(who)s replaced a file by a blacked-out copy"),
    "imported": _("Taken over from a public archive"),
    "no_answer_recorded": _("The archive records no answer of %(who)s"),
}


def words_of(kind: str, data: Mapping[str, object]) -> Promise:
    """The words of an entry: those of its cause where a kind has words for that cause, else the kind's.

    A referral that bears the number of a letter is 函請, any other 轉請.
    """
    cause = "letter" if data.get("letter") else data.get("cause")
    return HAPPENINGS.get(f"{kind}/{cause}") or HAPPENINGS[kind]
