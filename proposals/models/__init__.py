from .agenda import CaseOnAgenda
from .answers import Answer, AnswerDraft, InterimReply
from .asks import Ask, Attachment, RestrictedOpening, RestrictedText, TriageNote
from .calendar import CalendarDay, CalendarVersion, WorkSuspension
from .case import CaseNumber, Proposal
from .consultations import Consultation
from .coordination import Coordination
from .deadlines import Deadline, DeadlinePolicy, Heartbeat, Reminder, ReminderRule
from .decisions import MeetingDecision
from .extensions import Extension
from .follow_ups import FollowUp, FollowUpStep, Milestone
from .follows import Follow, Follower
from .objections import Reconsideration, SecondLook
from .openings import PublicOpening
from .paper import PaperAnswer
from .pauses import Pause
from .questions import Question
from .ratings import AnswerRating
from .recusals import Recusal
from .redactions import Access, Redaction
from .referrals import Referral
from .register import Clarification, LegalNature
from .reorganisations import Handover, Reorganisation
from .restricted_parts import RestrictedPart
from .routing import RoutingRule
from .saved_texts import SavedText
from .scores import Criterion, Score
from .secrecy import CheckedText, SecrecyCheck
from .sponsors import Competitor, Sponsor
from .takeovers import Takeover
from .timeline import TimelineEntry, TimelineNote
from .versions import TextVersion

__all__ = [
    "Access",
    "Answer",
    "AnswerDraft",
    "AnswerRating",
    "Ask",
    "Attachment",
    "CalendarDay",
    "CalendarVersion",
    "CaseNumber",
    "CaseOnAgenda",
    "CheckedText",
    "Clarification",
    "Competitor",
    "Consultation",
    "Coordination",
    "Criterion",
    "Deadline",
    "DeadlinePolicy",
    "Extension",
    "Follow",
    "FollowUp",
    "FollowUpStep",
    "Follower",
    "Handover",
    "Heartbeat",
    "InterimReply",
    "LegalNature",
    "MeetingDecision",
    "Milestone",
    "PaperAnswer",
    "Pause",
    "Proposal",
    "PublicOpening",
    "Question",
    "Reconsideration",
    "Recusal",
    "Redaction",
    "Referral",
    "Reminder",
    "ReminderRule",
    "Reorganisation",
    "RestrictedOpening",
    "RestrictedPart",
    "RestrictedText",
    "RoutingRule",
    "SavedText",
    "Score",
    "SecondLook",
    "SecrecyCheck",
    "Sponsor",
    "Takeover",
    "TextVersion",
    "TimelineEntry",
    "TimelineNote",
    "TriageNote",
    "WorkSuspension",
]
