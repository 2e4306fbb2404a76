from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User

from .lasting import Lasting
from .referrals import OfReferralQuerySet, Referral


class Extension(models.Model):
    """The one extension of a referral, published with reason, progress and both dates.

    The one-to-one is the rule: 行政程序法 §51 III allows a single extension.
    """

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="extension")
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    reason = models.TextField(_("reason"))
    progress = models.TextField(_("progress so far"), blank=True)
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OfReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")),
                name="proposals_extension_is_later",
            )
        ]
        triggers = [Lasting(name="extension_is_never_changed")]
