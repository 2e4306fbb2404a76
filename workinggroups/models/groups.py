from datetime import timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.models.dated import Dated, kept_as_history
from members.models.people import RoleQuerySet
from members.models.taxonomy import Named
from members.said import local

SOON = timedelta(days=60)
"""How long before its end a term without a successor is something to do."""


class WorkingGroupQuerySet(models.QuerySet):
    def groups(self) -> Self:
        return self.filter(kind=WorkingGroup.Kind.GROUP)

    def committees(self) -> Self:
        return self.filter(kind=WorkingGroup.Kind.COMMITTEE)

    def existing(self) -> Self:
        """Without those that have ended, whose pages stay readable."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=clock.today()))


def as_group(name_zh: str) -> str:
    """法規調適 as 法規調適小組, for a sentence; names that end in 組, or in a committee's 會, as they are."""
    return name_zh if name_zh.endswith(("組", "會")) else f"{name_zh}小組"


class WorkingGroup(Named):
    """One of the alliance's groups or committees; which there are is data.

    A committee is a group that takes no proposals: seats, meetings, minutes, papers and pages are the same.
    """

    class Kind(models.TextChoices):
        GROUP = "group", _("working group")
        COMMITTEE = "committee", _("committee")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.GROUP)
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
    starts_on = models.DateField(_("exists since"), null=True, blank=True)
    ends_on = models.DateField(
        _("existed until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it is no more: its seats end on that day, its page stays."),
    )

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("pk")), name="workinggroups_group_is_not_its_own_part"
            ),
            models.CheckConstraint(
                condition=Q(takes_proposals=False) | Q(kind="group", ends_on__isnull=True),
                name="workinggroups_proposals_go_to_a_lasting_group",
                violation_error_message=_(
                    "A committee, or a group with an end, takes no proposals. Untick “takes proposals”."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="workinggroups_group_ends_after_start",
                violation_error_message=_("It ends after it began. Correct one of the two days."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("workinggroups:detail", args=[self.slug])

    @property
    def is_committee(self) -> bool:
        return self.kind == self.Kind.COMMITTEE

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on <= clock.today()

    @property
    def titled(self) -> str:
        """The name as a sentence says it: in Chinese with 組 at its end, once."""
        return self.name if get_language() == "en" else as_group(self.name_zh)

    @property
    def motto(self) -> str:
        return local(self.motto_zh, self.motto_en)

    @property
    def charter(self) -> str:
        return local(self.charter_zh, self.charter_en)


DAYS = Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField())


class SeatQuerySet(RoleQuerySet):
    def during(self, seat: "Seat") -> Self:
        """Those of the same office that hold on one of the seat's days."""
        begun = Q(starts_on__lt=seat.ends_on) if seat.ends_on else Q()
        rows = self.filter(begun, role=seat.role, group=seat.group_id)
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=seat.starts_on))
        return rows.exclude(ends_on=F("starts_on")).exclude(pk=seat.pk)

    def ending(self) -> Self:
        """Offices whose term ends within sixty days and that nobody is to hold after it."""
        today = clock.today()
        same = Q(role=OuterRef("role")) & (
            Q(group=OuterRef("group")) | Q(group__isnull=True, role=Seat.Role.CHAIR)
        )
        after = Seat.objects.filter(
            same,
            Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
            starts_on__lte=OuterRef("ends_on"),
        )
        soon = self.filter(role__in=Seat.OFFICES, ends_on__gt=today, ends_on__lte=today + SOON)
        return soon.filter(~Exists(after))


class Seat(Dated):
    """A dated role of a person in a working group, or, without a group, in the whole alliance.

    There is one convener of the alliance at a time, and one of each group; deputies may be many. The name
    is public from the day on which the person agreed to it; else the public reads the office alone.
    """

    class Role(models.TextChoices):
        CHAIR = "chair", _("alliance convener")
        CONVENER = "convener", _("group convener")
        DEPUTY = "deputy", _("deputy convener")
        SECRETARY = "secretary", _("group secretary")
        MEMBER = "member", _("group member")
        OBSERVER = "observer", _("observer")

    TRIAGING = (Role.CONVENER, Role.DEPUTY, Role.SECRETARY)
    OFFICES = (Role.CHAIR, *TRIAGING)
    SINGLE = (Role.CHAIR, Role.CONVENER)
    IN_COMMITTEE = {
        Role.CONVENER: _("committee chair"),
        Role.DEPUTY: _("deputy chair of the committee"),
        Role.SECRETARY: _("committee secretary"),
        Role.MEMBER: _("committee member"),
    }

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
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("sits for"),
        help_text=_("The organisation from which the person comes; named in public beside the office."),
    )
    period = models.ForeignKey(
        "workinggroups.Period",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("period"),
        help_text=_("Gives the seat its days where none are entered."),
    )
    named_on = models.DateField(
        _("agreed to be named on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which the person agreed that the public reads the name. Without it the office is "
            "shown, and nobody's name."
        ),
    )

    objects = SeatQuerySet.as_manager()

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
            ExclusionConstraint(
                name="workinggroups_seat_one_chair_at_a_time",
                expressions=[(DAYS, RangeOperators.OVERLAPS)],
                condition=Q(role="chair"),
            ),
            ExclusionConstraint(
                name="workinggroups_seat_one_convener_at_a_time",
                expressions=[("group", RangeOperators.EQUAL), (DAYS, RangeOperators.OVERLAPS)],
                condition=Q(role="convener"),
            ),
        ]
        triggers = kept_as_history("user", "group", "role")

    def __str__(self) -> str:
        return f"{self.user} · {self.group or ''} · {self.function}"

    @property
    def function(self) -> str:
        """What the office is called: a committee has a chair and members where a group has a convener."""
        if self.group is not None and self.group.is_committee and self.role in self.IN_COMMITTEE:
            return str(self.IN_COMMITTEE[self.Role(self.role)])
        return self.get_role_display()

    @property
    def public_name(self) -> str:
        """Empty unless the person agreed to be named."""
        return self.user.name if self.named_on and self.named_on <= clock.today() else ""


def holds_a_role(user: User) -> bool:
    """Whether the user has anything to do with the alliance today: in an organisation, or by a seat.

    Being named somewhere, as a guest or as the owner of a task, gives no right to whoever has left.
    """
    if user.is_superuser or user.current_affiliations:
        return True
    return Seat.objects.current().filter(user=user).exists()
