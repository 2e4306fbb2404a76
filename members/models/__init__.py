from .absences import Absence
from .applications import Application, ApplicationEntry, ApplicationNote, InvitationToApply
from .bodies import Body, BodyComment, BodyName, Succession
from .consents import Consent
from .contacts import ContactBlock, ContactRequest
from .erasures import ErasureRequest
from .invitations import Invitation
from .letters import Letter
from .notifications import NotificationChoice
from .organisations import Named, Organisation
from .people import Affiliation, User
from .profiles import FundingRecord, Profile, ProfileChange, Solution, UseCase
from .secretariat import SecretariatTerm
from .taxonomy import Domain, Law
from .umbrellas import OwnMember

__all__ = [
    "Absence",
    "Affiliation",
    "Application",
    "ApplicationEntry",
    "ApplicationNote",
    "Body",
    "BodyComment",
    "BodyName",
    "Consent",
    "ContactBlock",
    "ContactRequest",
    "Domain",
    "ErasureRequest",
    "FundingRecord",
    "Invitation",
    "InvitationToApply",
    "Law",
    "Letter",
    "Named",
    "NotificationChoice",
    "Organisation",
    "OwnMember",
    "Profile",
    "ProfileChange",
    "SecretariatTerm",
    "Solution",
    "Succession",
    "UseCase",
    "User",
]
