from .absences import Absence
from .applications import Application, ApplicationEntry, ApplicationNote, InvitationToApply
from .bodies import Body, BodyComment, BodyName, Succession
from .invitations import Invitation
from .letters import Letter
from .organisations import Named, Organisation
from .people import Affiliation, User
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
    "Domain",
    "Invitation",
    "InvitationToApply",
    "Law",
    "Letter",
    "Named",
    "Organisation",
    "OwnMember",
    "Succession",
    "User",
]
