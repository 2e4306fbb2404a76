from .absences import Absence
from .invitations import Invitation
from .letters import Letter
from .organisations import Organisation
from .people import Affiliation, User
from .taxonomy import Domain, Law

__all__ = [
    "Absence",
    "Affiliation",
    "Domain",
    "Invitation",
    "Law",
    "Letter",
    "Organisation",
    "User",
]
