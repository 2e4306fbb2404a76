from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Affiliation, Organisation, User
from members.permissions import AnyUser, is_known

from .groups import holds_a_role
from .meetings import Meeting

ACTING = (*Affiliation.ANSWERING, Affiliation.Role.REPRESENTATIVE)
"""Whoever acts for an organisation may reply for it."""


class ParticipantQuerySet(models.QuerySet):
    def of(self, user: AnyUser) -> Self:
        """The invitations that a person may reply to: the own, and those of the organisations acted for."""
        if not is_known(user) or not holds_a_role(user):
            return self.none()
        own = [organisation.pk for organisation in user.organisations_as(*ACTING)]
        return self.filter(Q(user=user) | Q(user__isnull=True, organisation__in=own))

    def present(self) -> Self:
        return self.filter(presence=Participant.Presence.PRESENT)


class Participant(models.Model):
    """Who is invited to a meeting, what they replied, and whether they came.

    A person, an organisation (a ministry answers through its liaison), or a person on behalf of an
    organisation. Entered by the group's officers; the reply is the invited one's own.
    """

    class Part(models.TextChoices):
        ATTENDS = "attends", pgettext_lazy("meeting", "attends")
        OBSERVES = "observes", pgettext_lazy("meeting", "observes")

    class Reply(models.TextChoices):
        YES = "yes", pgettext_lazy("meeting", "will come")
        NO = "no", pgettext_lazy("meeting", "cannot come")

    class Presence(models.TextChoices):
        PRESENT = "present", pgettext_lazy("meeting", "present")
        EXCUSED = "excused", pgettext_lazy("meeting", "excused")
        ABSENT = "absent", pgettext_lazy("meeting", "absent")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="participants", verbose_name=_("meeting")
    )
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Alone: whoever it sends. With a person: on behalf of which that person comes."),
    )
    part = models.CharField(
        pgettext_lazy("meeting", "part"), max_length=8, choices=Part.choices, default=Part.ATTENDS
    )
    reply = models.CharField(_("reply"), max_length=3, choices=Reply.choices, blank=True)
    replied_at = models.DateTimeField(null=True, editable=False)
    presence = models.CharField(_("presence"), max_length=7, choices=Presence.choices, blank=True)
    represented_by = models.CharField(
        _("who came"), max_length=80, blank=True, help_text=_("The one sent, or who came instead.")
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["meeting", "part", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(organisation__isnull=False),
                name="workinggroups_participant_is_somebody",
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"],
                condition=Q(user__isnull=False),
                name="workinggroups_participant_person_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "organisation"],
                condition=Q(user__isnull=True),
                name="workinggroups_participant_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.organisation, self.user) if part)
