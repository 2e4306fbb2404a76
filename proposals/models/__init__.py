from .answers import Answer, AnswerDraft, InterimReply
from .asks import Ask, Attachment, RestrictedOpening, RestrictedText, TriageNote
from .calendar import CalendarDay, CalendarVersion, WorkSuspension
from .case import CaseNumber, Proposal
from .deadlines import Deadline, DeadlinePolicy, Heartbeat, Reminder, ReminderRule
from .follow_ups import FollowUp, FollowUpStep, Milestone
from .referrals import Extension, Pause, Question, Referral
from .sponsors import Competitor, Sponsor
from .timeline import TimelineEntry, TimelineNote
from .versions import TextVersion

__all__ = [
    "Answer",
    "AnswerDraft",
    "Ask",
    "Attachment",
    "CalendarDay",
    "CalendarVersion",
    "CaseNumber",
    "Competitor",
    "Deadline",
    "DeadlinePolicy",
    "Extension",
    "FollowUp",
    "FollowUpStep",
    "Heartbeat",
    "InterimReply",
    "Milestone",
    "Pause",
    "Proposal",
    "Question",
    "Referral",
    "Reminder",
    "ReminderRule",
    "RestrictedOpening",
    "RestrictedText",
    "Sponsor",
    "TextVersion",
    "TimelineEntry",
    "TimelineNote",
    "TriageNote",
    "WorkSuspension",
]
