"""What the portal keeps of a person, table by table: what a copy of one's own data holds, and why not more.

Every foreign key to a person stands here once (a test sees to it). A copy tells what somebody is, has
chosen and has done, when, and in which case; never what others wrote, nor a secret. Words written for a case
belong to the case, which its parties read there. On the roof, since the tables lie on all floors.
Source of the right to look and to have a copy: 個人資料保護法第3條.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from members.models import User

ACCOUNT = ("email", "name", "language", "is_active", "joined_at", "last_login", "notice")

OWN: dict[str, tuple[str, ...]] = {
    "account.EmailAddress.user": ("email", "verified", "primary"),
    "mfa.Authenticator.user": ("type", "created_at", "last_used_at"),
    "members.Consent.user": ("version", "given_at"),
    "members.ErasureRequest.user": ("asked_at", "ended_at", "outcome"),
    "members.ErasureRequest.confirmed_by": ("ended_at",),
    "members.NotificationChoice.user": ("topic", "choice"),
    "members.Affiliation.user": ("organisation__name_zh", "role", "starts_on", "ends_on"),
    "workinggroups.Seat.user": ("group__name_zh", "role", "starts_on", "ends_on"),
    "workinggroups.InterestDeclaration.user": (
        "organisation__name_zh",
        "nature",
        "starts_on",
        "ends_on",
        "note",
        "declared_at",
    ),
    "workinggroups.InterestDeclaration.declared_by": ("nature", "declared_at"),
    "workinggroups.InterestDeclaration.ended_by": ("nature", "ends_on"),
    "members.Absence.user": ("starts_on", "ends_on", "note"),
    "members.Letter.recipient": ("created_at", "kind", "to", "language", "state", "sent_at"),
    "members.Invitation.accepted_by": ("email", "name", "organisation__name_zh", "role", "accepted_at"),
    "members.Invitation.invited_by": ("created_at", "organisation__name_zh", "role"),
    "members.InvitationToApply.invited_by": ("created_at", "name_zh"),
    "members.ApplicationNote.actor": (
        "entry__application__name_zh",
        "entry__step",
        "entry__happened_at",
    ),
    "members.BodyComment.written_by": ("body__name_zh", "written_at", "text", "text_en"),
    "members.ContactRequest.sent_by": ("sender__name_zh", "receiver__name_zh", "sent_at", "state"),
    "members.ContactRequest.answered_by": ("sender__name_zh", "ended_at", "state", "shared_address"),
    "members.ContactBlock.by": ("blocked__name_zh", "at"),
    "members.ProfileChange.by": ("organisation__name_zh", "at"),
    "members.SecretariatTerm.decided_by": ("organisation__name_zh", "decided_at"),
    "members.OwnMember.entered_by": ("umbrella__name_zh", "starts_on"),
    "workinggroups.ActionItem.owner": ("meeting__title_zh", "text", "due_on", "done_at"),
    "workinggroups.ActionItem.done_by": ("meeting__title_zh", "text", "done_at"),
    "workinggroups.Participant.user": (
        "meeting__title_zh",
        "meeting__starts_at",
        "part",
        "reply",
        "replied_at",
        "presence",
    ),
    "workinggroups.MeetingRedaction.made_by": ("meeting__title_zh", "made_at"),
    "workinggroups.Document.uploaded_by": ("title_zh", "name", "uploaded_at"),
    "workinggroups.Minutes.drafted_by": ("meeting__title_zh", "version", "drafted_at"),
    "workinggroups.Minutes.approved_by": ("meeting__title_zh", "version", "approved_at"),
    "workinggroups.Minutes.published_by": ("meeting__title_zh", "version", "published_at"),
    "proposals.Follower.user": (
        "follows__proposal__number",
        "follows__group__name_zh",
        "follows__created_at",
        "follows__confirmed_at",
    ),
    "proposals.Proposal.created_by": ("number", "organisation__name_zh", "created_at", "submitted_at"),
    "proposals.TimelineNote.actor": (
        "entry__proposal__number",
        "entry__kind",
        "entry__role",
        "entry__happened_at",
    ),
    "proposals.RestrictedOpening.user": ("proposal__number", "what", "on_behalf_of", "opened_at"),
    "proposals.Access.user": ("entry__proposal__number", "how", "at"),
    "proposals.Attachment.uploaded_by": ("proposal__number", "name", "uploaded_at"),
    "proposals.TriageNote.author": ("proposal__number", "written_at"),
    "proposals.Score.officer": ("proposal__number", "scored_at"),
    "proposals.Question.asked_by": ("referral__proposal__number", "asked_at"),
    "proposals.Question.replied_by": ("referral__proposal__number", "replied_at"),
    "proposals.Extension.granted_by": ("referral__proposal__number", "granted_at"),
    "proposals.AnswerDraft.updated_by": ("referral__proposal__number", "updated_at"),
    "proposals.Answer.published_by": ("referral__proposal__number", "published_at"),
    "proposals.InterimReply.published_by": ("referral__proposal__number", "published_at"),
    "proposals.PaperAnswer.entered_by": ("referral__proposal__number", "entered_at"),
    "proposals.Consultation.invited_by": ("proposal__number", "invited_at"),
    "proposals.Consultation.commented_by": ("proposal__number", "commented_at"),
    "proposals.FollowUpStep.reported_by": ("follow_up__proposal__number", "kind", "reported_at"),
    "proposals.MeetingDecision.decided_by": ("on_agenda__proposal__number", "step", "decided_at"),
    "proposals.Reconsideration.asked_by": ("proposal__number", "asked_at"),
    "proposals.SecondLook.asked_by": ("proposal__number", "asked_at"),
    "proposals.SecondLook.declined_by": ("proposal__number",),
    "proposals.PublicOpening.announced_by": ("proposal__number", "announced_at"),
    "proposals.PublicOpening.stopped_by": ("proposal__number", "stopped_at"),
    "proposals.AnswerRating.rated_by": ("proposal__number", "usefulness", "answered", "text", "rated_at"),
    "proposals.Recusal.user": ("proposal__number", "kind", "role", "made_at", "is_granted"),
    "proposals.Recusal.made_by": ("proposal__number", "made_at"),
    "proposals.Recusal.decided_by": ("proposal__number", "decided_at"),
    "proposals.Recusal.ended_by": ("proposal__number", "ended_at"),
    "proposals.Redaction.made_by": ("proposal__number", "kind", "made_at"),
    "proposals.Sponsor.invited_by": ("proposal__number", "invited_at"),
    "proposals.Sponsor.signed_by": ("proposal__number", "signed_at"),
    "proposals.Takeover.by": ("proposal__number", "organisation__name_zh", "taken_at"),
    "proposals.TextVersion.made_by": ("proposal__number", "number", "made_at"),
    "proposals.Reminder.recipient": ("rule__code", "due_on", "planned_at", "is_skipped"),
    "proposals.CalendarVersion.imported_by": ("label", "imported_at"),
    "proposals.WorkSuspension.entered_by": ("on", "area", "entered_at"),
    "proposals.Reorganisation.applied_by": ("body__name_zh", "applied_at"),
    "events.Booking.booked_by": ("room__name_zh", "purpose", "booked_at", "state"),
    "events.Booking.decided_by": ("room__name_zh", "decided_at", "state"),
    "admin.LogEntry.user": ("action_time", "content_type__model", "action_flag"),
}
"""Foreign key to a person → the columns of the person's rows that a copy holds."""

LEFT_OUT: dict[str, str] = {
    "members.User_groups.user": "Django's own rights, which the portal does not use: always empty",
    "members.User_user_permissions.user": "Django's own rights, which the portal does not use: always empty",
}
"""Foreign key to a person → why a copy holds nothing of it."""


def key_of(model: type[Model], name: str) -> str:
    return f"{model._meta.label}.{name}"


def keys_to_people() -> set[str]:
    """Every foreign key to a person that there is, those of libraries included."""
    return {
        key_of(model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def rows_of(user: User, key: str) -> QuerySet[Any, dict[str, Any]]:
    """The person's rows in one table, the declared columns only; one statement."""
    label, _, name = key.rpartition(".")
    model = apps.get_model(label)
    return model._default_manager.filter(**{name: user}).order_by("pk").values(*OWN[key])


def account_of(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ACCOUNT}


def tables_of(user: User) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """Every declared table with the person's rows, read while they are taken; an empty one as well."""
    for key in OWN:
        yield key, rows_of(user, key).iterator(chunk_size=500)
