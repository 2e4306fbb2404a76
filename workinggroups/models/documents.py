import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import AnyUser, is_known, reads_all
from members.said import local
from workinggroups.states import RedactionKind

from .agenda import AgendaItem
from .groups import Seat, WorkingGroup, holds_a_role
from .meetings import INVITED, Meeting


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Public ones of what the user may know of; the others are the group's and of whoever is invited."""
        meetings = Meeting.objects.visible_to(user)
        allowed = Q(is_public=True) & (Q(group__isnull=False) | Q(meeting__in=meetings))
        if not is_known(user):
            return self.filter(allowed)
        if reads_all(user):
            return self
        if not holds_a_role(user):
            return self.filter(allowed)
        groups = Seat.objects.current().filter(user=user, group__isnull=False).values("group")
        organisations = user.organisations_as(*INVITED)
        invited = Meeting.objects.filter(
            Q(participants__user=user)
            | Q(participants__user__isnull=True, participants__organisation__in=organisations)
        )
        allowed |= Q(group__in=groups) | Q(meeting__group__in=groups) | Q(meeting__in=invited)
        return self.filter(allowed)


class Document(models.Model):
    """A file of a group, or a paper of one of its meetings. Its content was looked at when it came in.

    One that was withdrawn keeps its place and its day, without file or name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("group"),
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("meeting")
    )
    item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("agenda item"),
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    name = models.CharField(_("file name"), max_length=150, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/", max_length=200, editable=False)
    uploaded_at = models.DateTimeField(_("added"), default=clock.now, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    withdrawn_on = models.DateField(_("withdrawn"), null=True, editable=False)
    withdrawn_for = models.CharField(max_length=10, choices=RedactionKind.choices, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=False, meeting__isnull=True, item__isnull=True)
                | Q(group__isnull=True, meeting__isnull=False),
                name="workinggroups_document_belongs_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_for="")
                | (Q(withdrawn_on__isnull=False, file="") & ~Q(withdrawn_for="")),
                name="workinggroups_document_withdrawn_has_no_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("workinggroups:document", args=[self.pk])

    @property
    def title(self) -> str:
        return local(self.title_zh, self.title_en)

    @property
    def owning_group(self) -> WorkingGroup | None:
        return self.meeting.group if self.meeting else self.group
