from .absences import Absence
from .applications import Application, ApplicationEntry, ApplicationNote, InvitationToApply
from .invitations import Invitation
from .letters import Letter
from .organisations import Organisation
from .people import Affiliation, User
from .taxonomy import Domain, Law
from .umbrellas import OwnMember

__all__ = [
    "Absence",
    "Affiliation",
    "Application",
    "ApplicationEntry",
    "ApplicationNote",
    "Domain",
    "Invitation",
    "InvitationToApply",
    "Law",
    "Letter",
    "Organisation",
    "OwnMember",
    "User",
]
