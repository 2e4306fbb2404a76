from .invitations import Invitation
from .letters import Letter
from .organisations import Organisation
from .people import Affiliation, User
from .taxonomy import Domain, Law

__all__ = [
    "Affiliation",
    "Domain",
    "Invitation",
    "Law",
    "Letter",
    "Organisation",
    "User",
]
