"""Pages on which the texts of `tests/confided.py` come to light, and those on which they must not."""

from .admin import QUEUE, inside
from .case import BEFORE_PUBLIC, SECRET
from .proposer import CONFIRMED, NOT_NOW, OWN, OWN_DONE, STRANGERS
from .table import EVERYBODY, Row

MINISTRYS = "no | in anonymous | ok ministry"
FIRST_TO_OPEN = ("liaison", "deputy")
INVITED = "no | ok representative group readers other_liaison"
PART = {"part_id": "{part}"}
REFERRAL = {"pk": "{referral}"}
CONFIDED = [
    *(Row(f"proposals:{route}", "weighed", INVITED) for route in ("detail", "dossier", "dossier_zip")),
    Row("proposals:consultation", "commented", "no | in anonymous | ok other_liaison"),
    Row("admin:proposals_proposal_change", "weighed", QUEUE),
    *(Row(f"proposals:{route}", "looked_at_again", BEFORE_PUBLIC) for route in ("detail", "dossier_zip")),
    Row("admin:proposals_proposal_change", "looked_at_again", QUEUE),
    Row("proposals:recusal", "weighed", OWN),
    *(Row(f"proposals:{route}", "objected", EVERYBODY) for route in ("detail", "dossier_zip", "feed")),
    Row("proposals:secrecy", "objected", OWN, post=NOT_NOW, args={"question_id": "{question_id}"}),
    Row("proposals:referral", "objected", MINISTRYS, args=REFERRAL, writes=FIRST_TO_OPEN),
    *(Row(f"proposals:{route}", "approved", EVERYBODY) for route in ("detail", "dossier", "feed")),
    Row("proposals:dossier_zip", "approved", EVERYBODY, post=SECRET),
    Row("proposals:restricted", "approved", f"{SECRET} | in anonymous", post=f"{SECRET} | in anonymous"),
    Row("proposals:reply", "approved", OWN, post=NOT_NOW, args={"question_id": "{question_id}"}),
    Row("admin:proposals_proposal_change", "approved", inside("no other_convener | ok group readers chair")),
    Row("proposals:announce_part_opening", "approved", OWN, post=OWN_DONE, data=CONFIRMED, args=PART),
    Row("proposals:announce_part_opening", "unknown", STRANGERS, post=STRANGERS, args=PART),
    Row("proposals:referral", "approved", MINISTRYS, args=REFERRAL, writes=FIRST_TO_OPEN),
]
