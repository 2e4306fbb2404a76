"""Meetings as rows of a table, found again by group, beginning and title."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from import_export import widgets

from members import clock
from members.refusals import Refused
from members.resources import Choice, Row, SheetResource, column
from workinggroups.actions.meetings import keep_meeting
from workinggroups.models import Meeting, WorkingGroup

YES, NO = "yes", "no"


class Moment(widgets.Widget):
    """A moment as clocks in Taiwan show it: 2026-11-02 14:00."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = parse_datetime(text.replace("/", "-"))
        except ValueError:
            found = None
        if found is None:
            raise ValueError(_("“%(value)s” is no moment: write 2026-11-02 14:00.") % {"value": value})
        return found.replace(tzinfo=clock.TAIPEI) if found.tzinfo is None else found

    def render(self, value: datetime | None, obj: Any = None, **kwargs: Any) -> str:
        return f"{value.astimezone(clock.TAIPEI):%Y-%m-%d %H:%M}" if value else ""


class GroupBySlug(widgets.ForeignKeyWidget):
    """A group by its address; empty is the whole alliance."""

    def __init__(self) -> None:
        super().__init__(WorkingGroup, field="slug")

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except WorkingGroup.DoesNotExist as fault:
            said = _("There is no group with the address “%(value)s”.") % {"value": value}
            raise ValueError(said) from fault


class YesOrNo(Choice):
    def __init__(self) -> None:
        super().__init__([(YES, _("Yes")), (NO, _("No"))])

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Any:
        return super().clean(value or YES, row, **kwargs) == YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return YES if value else NO


class MeetingResource(SheetResource):
    group = column("group", GroupBySlug())
    kind = column("kind", Choice(Meeting.Kind.choices))
    title_zh = column("title_zh")
    title_en = column("title_en")
    starts_at = column("starts_at", Moment())
    ends_at = column("ends_at", Moment())
    place_zh = column("place_zh")
    place_en = column("place_en")
    online_url = column("online_url")
    is_public = column("is_public", YesOrNo())

    required = ("kind", "title_zh", "starts_at")

    class Meta(SheetResource.Meta):
        model = Meeting
        fields = (
            "group", "kind", "title_zh", "title_en", "starts_at", "ends_at", "place_zh", "place_en",
            "online_url", "is_public",
        )  # fmt: skip
        import_id_fields = ("group", "starts_at", "title_zh")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if "group" not in dataset.headers:
            dataset.append_col([""] * len(dataset), header="group")

    def get_instance(self, instance_loader: Any, row: Row) -> Meeting | None:
        """None also where a key cannot be read: the column's own error is told then."""
        try:
            starts_at = self.fields["starts_at"].clean(row)
            group = self.fields["group"].clean(row)
        except ValueError:
            return None
        title = (row.get("title_zh") or "").strip()
        return Meeting.objects.filter(group=group, starts_at=starts_at, title_zh=title).first()

    def import_instance(self, instance: Meeting, row: Row, **kwargs: Any) -> None:
        """An empty cell neither publishes a meeting nor takes it from the public; a new one is public."""
        if instance.pk and not row.get("is_public"):
            row["is_public"] = YES if instance.is_public else NO
        super().import_instance(instance, row, **kwargs)

    def save_instance(self, instance: Meeting, is_create: bool, row: Row, **kwargs: Any) -> None:
        """By the action of the admin's own page: it gives the number, and tells whoever is invited."""
        before = None if is_create else Meeting.objects.get(pk=instance.pk)
        changed = [
            name for name in self._meta.fields if before and getattr(before, name) != getattr(instance, name)
        ]
        try:
            keep_meeting(user=self.user, meeting=instance, changed=changed)
        except Refused as refusal:
            raise ValidationError({"__all__": str(refusal)}) from refusal
