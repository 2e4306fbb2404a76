from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.models.dated import Dated
from members.models.people import RoleQuerySet
from members.models.taxonomy import Named


class WorkingGroup(Named):
    """One of the alliance's groups; which there are is data."""

    slug = models.SlugField(_("address"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    motto_zh = models.CharField(_("motto (Chinese)"), max_length=80, blank=True)
    motto_en = models.CharField(_("motto (English)"), max_length=120, blank=True)
    charter_zh = models.TextField(_("charter (Chinese)"), blank=True)
    charter_en = models.TextField(_("charter (English)"), blank=True)
    takes_proposals = models.BooleanField(_("takes proposals"), default=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subgroups",
        verbose_name=_("part of"),
        help_text=_("A subgroup belongs to another group; leave empty for a group of the alliance itself."),
    )

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("pk")), name="workinggroups_group_is_not_its_own_part"
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("workinggroups:detail", args=[self.slug])

    @property
    def motto(self) -> str:
        return self.motto_en if get_language() == "en" and self.motto_en else self.motto_zh

    @property
    def charter(self) -> str:
        return self.charter_en if get_language() == "en" and self.charter_en else self.charter_zh


class Seat(Dated):
    """A dated role of a person in a working group, or, without a group, in the whole alliance."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("alliance convener")
        CONVENER = "convener", _("group convener")
        DEPUTY = "deputy", _("deputy convener")
        SECRETARY = "secretary", _("group secretary")
        MEMBER = "member", _("group member")
        OBSERVER = "observer", _("observer")

    TRIAGING = (Role.CONVENER, Role.DEPUTY, Role.SECRETARY)

    user = models.ForeignKey(User, models.PROTECT, related_name="seats", verbose_name=_("person"))
    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("group"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    objects = RoleQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["group", "role", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role="chair", group__isnull=True) | (~Q(role="chair") & Q(group__isnull=False)),
                name="workinggroups_seat_group_unless_chair",
            ),
            models.UniqueConstraint(
                fields=["user", "group", "role"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="workinggroups_seat_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.group or ''} · {self.get_role_display()}"
