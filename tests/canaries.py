"""The texts of the portal that not everybody reads, each with a word found nowhere else, and their readers.

`TEXTS` says of every text field of every table what it is: a new one without a row fails a test.
"""

SECRETS = {
    kind: f"zyx{kind.replace('_', '')}"
    for kind in (
        "draft",
        "restricted",
        "submitted",
        "declined",
        "note",
        "answer",
        "information",
        "file",
        "secret_file",
        "sponsored",
        "news",
        "rating",
        "entry",
        "score",
        "recusal",
        "decision",
        "competitor",
        "consultation",
        "comment",
        "checked",
        "objection",
        "sign_off",
        "second_look",
        "saved",
        "own_saved",
        "absence",
        "letter",
        "shared",
        "follower",
        "mail",
        "asked",
        "replied",
        "merged",
        "merged_secret",
        "target",
        "between",
        "contact",
        "sealed",
    )
}
"""What nobody reads by accident: of each kind of text the one word that it holds."""
OTHERS = {kind: word.replace("zyx", "zyy") for kind, word in SECRETS.items()}
"""The same in the cases of the other organisation."""

READERS = {
    "draft": "representative",
    "restricted": "representative group ministry",
    "submitted": "representative group readers",
    "declined": "representative group readers",
    "note": "group readers",
    "answer": "ministry",
    "information": "representative group readers",
    "file": "representative group ministry readers",
    "secret_file": "representative group ministry",
    "sponsored": "representative other_representative",
    "news": "readers",
    "rating": "representative ministry readers",
    "entry": "group readers",
    "score": "group readers",
    "recusal": "representative convener readers",
    "decision": "representative convener readers",
    "competitor": "representative group readers",
    "consultation": "representative group other_liaison readers",
    "comment": "representative group other_liaison readers",
    "checked": "representative ministry",
    "objection": "representative ministry",
    "sign_off": "ministry",
    "second_look": "representative group readers",
    "saved": "group readers",
    "own_saved": "ministry",
    "absence": "ministry",
    "shared": "ministry other_liaison",
    "letter": "readers",
    "mail": "deputy readers",
    "asked": "representative group ministry",
    "replied": "representative group ministry",
    "merged": "other_representative group readers",
    "merged_secret": "other_representative group",
    "target": "representative group",
    "between": "representative group readers",
    "contact": "representative other_representative",
    "sealed": "",
}
"""Who may read each kind of text of the own organisation's cases."""
OTHER_READERS = {
    "draft": "other_representative",
    "restricted": "other_representative other_convener other_liaison",
    "submitted": "other_representative other_convener readers",
    "file": "other_representative other_convener other_liaison readers",
    "secret_file": "other_representative other_convener other_liaison",
}
PAGES = {
    "contact": ("members:contacts", "members:contact_request", "proposals:my"),
    "rating": (
        "my-data-zip",
        "proposals:rate",
        "proposals:referral",
        "proposals:dossier_zip",
        "admin:proposals_answerrating_change",
    ),
    "entry": ("proposals:clarification", "admin:proposals_clarification_change"),
    "restricted": (
        "proposals:restricted",
        "proposals:announce_opening",
        "proposals:draft",
        "proposals:submit",
        "proposals:attach",
        "proposals:dossier_zip",
    ),
    **dict.fromkeys(
        ("asked", "replied"),
        (
            "proposals:restricted",
            "proposals:announce_part_opening",
            "proposals:reply",
            "proposals:dossier_zip",
        ),
    ),
    "answer": (
        "proposals:referral",
        "proposals:referral_step",
        "proposals:draft_odt",
        "proposals:dossier_zip",
    ),
    "note": (
        "admin:proposals_proposal_change",
        "admin:proposals_proposal_redact",
        "admin:proposals_proposal_step",
        "proposals:dossier_zip",
    ),
    "shared": (
        "proposals:referral_step",
        "proposals:draft_odt",
        "proposals:dossier_zip",
    ),
    "score": (
        "admin:proposals_proposal_change",
        "admin:proposals_proposal_step",
        "proposals:dossier_zip",
    ),
    "objection": (
        "proposals:secrecy",
        "proposals:referral",
        "proposals:referral_step",
        "proposals:dossier_zip",
    ),
    "absence": ("my-data-zip", "members:away", "proposals:dashboard"),
    "follower": (
        "proposals:following",
        "proposals:follow_confirm",
        "proposals:follow_off",
        "admin:members_letter_changelist",
    ),
}
"""Texts that even their readers meet on these pages only. A follower's own pages open to whoever has the
token of its letters, so for them the pages are the whole guard (the outbox has one of its own)."""

NAMED = ("competitor",)
"""Public names where it is a secret that they are named: that of an organisation which a case declares."""
PUBLIC, TECHNICAL, TOKEN = "public", "technical", "by token"
PERSON, TRIAGED = "named to those who work with the person", "the group's criteria, in the admin only"
UNGUARDED = (PUBLIC, TECHNICAL, TOKEN, PERSON, TRIAGED)
TEXTS: dict[str, dict[str, str]] = {
    "members.Absence": {"note": "absence"},
    "members.BodyComment": {"text text_en": PUBLIC},
    "members.BodyName": {"name_zh name_en short_zh short_en self_name document_number": PUBLIC},
    "members.Consent": {"version": TECHNICAL},
    "members.ContactRequest": {"subject message reply": "contact", "shared_address": PERSON},
    "members.Domain": {"name_zh name_en slug": PUBLIC},
    "members.Invitation": {"token email name": TOKEN},
    "members.Law": {"name_zh name_en code": PUBLIC},
    "members.Letter": {
        "subject body": "letter",
        "to copies": PERSON,
        "key message_id kind headers calendar last_error": TECHNICAL,
    },
    "members.Organisation": {
        (
            "slug name_zh name_en short_zh short_en self_name area website oid org_code ubn about_zh "
            "about_en former_names"
        ): PUBLIC,
        "search": TECHNICAL,
        "mailbox": PERSON,
    },
    "members.Profile": {"logo": TECHNICAL},
    "members.ProfileChange": {"parts": TECHNICAL},
    "members.SecretariatTerm": {
        "email phone address_zh address_en hours_zh hours_en": PUBLIC,
        "ended": TECHNICAL,
    },
    "members.Solution": {"title_zh title_en text_zh text_en url": PUBLIC},
    "members.Succession": {"document_number": PUBLIC},
    "members.UseCase": {"title_zh title_en url": PUBLIC},
    "members.User": {"email": "mail", "name": PERSON, "password notice": TECHNICAL},
    "workinggroups.WorkingGroup": {"name_zh name_en slug motto_zh motto_en charter_zh charter_en": PUBLIC},
    "workinggroups.Programme": {
        "slug title_zh title_en summary_zh summary_en note_zh note_en": PUBLIC,
    },
    "proposals.AnswerDraft": {"reason legal_basis next_step": "answer shared checked"},
    "proposals.Answer": {"reason legal_basis next_step document_number change_reason": PUBLIC},
    "proposals.AnswerRating": {"text": "rating"},
    "proposals.Ask": {"article text text_other": "draft submitted declined"},
    "proposals.Attachment": {
        "name file": "file secret_file merged between sealed",
        "content_type sha256": TECHNICAL,
    },
    "proposals.CalendarDay": {"name": PUBLIC},
    "proposals.CalendarVersion": {"label source changes": PUBLIC},
    "proposals.CheckedText": {"reason legal_basis next_step": "checked"},
    "proposals.Clarification": {
        "question question_en facts article letter_number": "entry",
        "slug search": TECHNICAL,
    },
    "proposals.Consultation": {"note": "consultation", "text": "comment"},
    "proposals.Coordination": {"contact minutes decision_number": PUBLIC},
    "proposals.Criterion": {"name_zh name_en slug description_zh description_en": TRIAGED},
    "proposals.Deadline": {"unit area steps calendar_version": PUBLIC},
    "proposals.DeadlinePolicy": {"basis_zh basis_en": PUBLIC},
    "proposals.Extension": {"unit reason progress": PUBLIC},
    "proposals.Follow": {"token": TOKEN},
    "proposals.Follower": {"email": "follower", "token": TOKEN},
    "proposals.FollowUp": {"title": PUBLIC},
    "proposals.FollowUpStep": {"text url": PUBLIC},
    "proposals.Heartbeat": {"name": TECHNICAL},
    "proposals.InterimReply": {"text": PUBLIC},
    "proposals.PaperAnswer": {"letter_number name file": PUBLIC, "content_type sha256": TECHNICAL},
    "proposals.Pause": {"reason evidence_url": PUBLIC},
    "proposals.Proposal": {
        (
            "title title_other summary summary_other business_model conflict benefit_firms benefit_public "
            "search"
        ): "draft submitted declined sponsored merged",
        "number source_name source_number source_url": PUBLIC,
        "source_id return_state": TECHNICAL,
    },
    "proposals.Question": {"text reply": PUBLIC},
    "proposals.Reconsideration": {"reason": PUBLIC},
    "proposals.Recusal": {"reason": "recusal", "decision": "decision"},
    "proposals.Referral": {
        "document_number": "sign_off",
        "letter_number reply_number former_bodies": PUBLIC,
    },
    "proposals.Reorganisation": {"document_number": PUBLIC},
    "proposals.ReminderRule": {"code": PUBLIC},
    "proposals.RestrictedOpening": {"on_behalf_of": PERSON},
    "proposals.RestrictedPart": {"text": "asked replied"},
    "proposals.RestrictedText": {"text": "restricted merged_secret target sealed"},
    "proposals.RoutingRule": {"reason_zh reason_en": TRIAGED},
    "proposals.SavedText": {"title text_zh text_en": "saved own_saved"},
    "proposals.Score": {"note": "score"},
    "proposals.SecondLook": {"reason": "second_look"},
    "proposals.SecrecyCheck": {"objection": "objection"},
    "proposals.Sponsor": {"signed_digest": TECHNICAL},
    "proposals.TextVersion": {"content reason": "submitted declined"},
    "proposals.TimelineEntry": {"kind role data": TECHNICAL},
    "proposals.TimelineNote": {"text": "information declined"},
    "proposals.TriageNote": {"text": "note"},
    "proposals.WorkSuspension": {"area note source_url": PUBLIC},
    "workinggroups.MeetingSeries": {"name_zh name_en": PUBLIC},
    "workinggroups.Milestone": {"title_zh title_en text_zh text_en": PUBLIC},
    "workinggroups.Period": {"name_zh name_en": PUBLIC},
    "events.Room": {"slug name_zh name_en place_zh place_en equipment_zh equipment_en": PUBLIC},
    "events.RoomDay": {"note": PUBLIC},
    "events.NewsItem": {
        "title_zh title_en lead_zh lead_en body_zh body_en": "news",
        "slug source_url": PUBLIC,
        "search": TECHNICAL,
    },
}
"""Of each table its text fields, and the kinds of `SECRETS` that stand in them, or why no word is needed.
Fields with a fixed list of values hold nothing of anybody's own, and have no row."""
ELSEWHERE = {
    "members.Application": "tests/members/test_applications.py",
    "members.ApplicationEntry": "tests/members/test_applications.py",
    "members.ApplicationNote": "tests/members/test_applications.py",
    "members.FundingRecord": "tests/members/test_profiles.py",
    "members.InvitationToApply": "tests/members/test_applications.py",
    "members.OwnMember": "tests/members/test_apply.py",
    "workinggroups.ActionItem": "tests/workinggroups/test_minutes.py",
    "workinggroups.AgendaItem": "tests/workinggroups/test_minutes.py",
    "workinggroups.Document": "tests/proposals/test_documents.py",
    "workinggroups.InterestDeclaration": "tests/proposals/test_interests.py",
    "workinggroups.Meeting": "tests/workinggroups/test_meetings.py",
    "workinggroups.MeetingRedaction": "tests/proposals/test_meeting_redaction.py",
    "workinggroups.Minutes": "tests/workinggroups/test_minutes.py",
    "workinggroups.Participant": "tests/workinggroups/test_meetings.py",
    "proposals.Redaction": "tests/proposals/test_redaction_pages.py",
    "events.Booking": "tests/events/test_rooms.py",
}
"""Tables whose guarded texts have their readers, and words of their own, in the tests of their room."""
