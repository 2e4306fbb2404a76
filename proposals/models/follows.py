import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Letter, User
from workinggroups.models import WorkingGroup

from .case import HIDDEN_STATES, Proposal
from .timeline import TimelineEntry, Visibility

KEPT_UNCONFIRMED = timedelta(days=7)


def new_token() -> str:
    return secrets.token_urlsafe(24)


class FollowerQuerySet(models.QuerySet):
    def of_address(self, email: str) -> Self:
        """Whoever has this address, with an account or without: one row at most."""
        return self.filter(Q(email=email) | Q(user__email=email))

    def unreachable(self) -> Self:
        """Accounts that are closed, and addresses that letters came back from."""
        back = Letter.objects.undelivered().filter(kind__startswith="follow_", to=OuterRef("email"))
        return self.filter(Q(user__is_active=False) | Q(Exists(back)))


class Follower(models.Model):
    """Somebody who follows cases, by an address or with an account. Deleted with the last thing followed.

    The token leads to the page on which everything ends, and ends it in one click; it dies with the row.
    """

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="follower")
    email = models.EmailField(_("e-mail"), unique=True, null=True)
    language = models.CharField(
        _("language"), max_length=8, choices=User.Language.choices, default=User.Language.CHINESE
    )
    created_at = models.DateTimeField(default=clock.now)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, email__isnull=False)
                | Q(user__isnull=False, email__isnull=True),
                name="proposals_follower_address_stored_once",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="proposals_follower_address_in_small_letters",
            ),
        ]

    @property
    def address(self) -> str:
        """Where news goes."""
        return self.user.email if self.user else self.email or ""


class FollowQuerySet(models.QuerySet):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def expired(self) -> Self:
        """Asked for a week ago and never confirmed."""
        return self.unconfirmed().filter(created_at__lte=clock.now() - KEPT_UNCONFIRMED)

    def with_news(self, until: datetime) -> Self:
        """Confirmed ones with something public recorded since the last letter, or whose case was hidden.

        Of a list that is a case which became public since; what happens in it is told to its own followers.
        """
        since = OuterRef("told_until")
        entries = TimelineEntry.objects.filter(
            proposal=OuterRef("proposal"),
            visibility=Visibility.PUBLIC,
            recorded_at__gt=since,
            recorded_at__lte=until,
        )
        cases = Proposal.objects.public().filter(accepted_at__gt=since, accepted_at__lte=until)
        news = Q(Exists(entries)) | Q(proposal__state__in=HIDDEN_STATES)
        news |= Q(proposal=None, group=None) & Exists(cases)
        news |= Q(group__isnull=False) & Exists(cases.filter(group=OuterRef("group")))
        return self.confirmed().filter(news, told_until__lt=until)


class Follow(models.Model):
    """One thing that somebody follows: a case, a group's new cases, or, with neither, all new cases.

    Public things only, told as they are public at the moment of writing. Nothing is told before the
    address has confirmed it; `told_until` is the moment up to which it has been told.
    """

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="follows")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="follows")
    group = models.ForeignKey(WorkingGroup, models.CASCADE, null=True, related_name="follows")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(default=clock.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "proposal", "group"],
                nulls_distinct=False,
                name="proposals_follow_once",
            ),
            models.CheckConstraint(
                condition=Q(proposal__isnull=True) | Q(group__isnull=True),
                name="proposals_follow_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                F("told_until"),
                condition=Q(confirmed_at__isnull=False),
                name="proposals_follow_to_tell",
            )
        ]
