"""What a proposer may ask once against the end of its case. The one-to-one with the case is the rule."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User

from .asks import Ask, PartyQuerySet
from .case import Proposal
from .lasting import Lasting


class Objection(models.Model):
    """A wish to be looked at again: once for a case, with its reason, never changed."""

    proposal = models.OneToOneField(
        Proposal, models.PROTECT, primary_key=True, related_name="%(class)s", verbose_name=_("proposal")
    )
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Reconsideration(Objection):
    """再議: the answers to these asks are looked at again, in a round of their own; public as they are."""

    round = models.PositiveSmallIntegerField(_("round"), help_text="The round that it began.")
    asks = models.ManyToManyField(Ask, related_name="reconsiderations", verbose_name=_("asks"))

    class Meta:
        verbose_name = _("reconsideration")
        verbose_name_plural = _("reconsiderations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(round__gt=1), name="proposals_reconsideration_has_reason"
            )
        ]
        triggers = [Lasting(name="reconsideration_is_once")]


class SecondLook(Objection):
    """A declined case is decided anew, by somebody who did not decline it. For the parties only."""

    declined_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="proposals_second_look_has_reason")
        ]
        triggers = [Lasting(name="second_look_is_once")]
