"""Government bodies in the admin: what each is called, whom it has, what belongs to it."""

from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from members import clock
from members.actions.bodies import align_name
from members.actions.organisations import index_organisation
from members.models import Affiliation, Body, BodyName, Organisation, Succession
from members.templatetags.face import badge

from .base import FirstView, PortalAdmin, ReadOnly, Rights
from .organisations import AffiliationsHere


class StandingFilter(FirstView):
    """At first those that exist."""

    title = _("standing")
    parameter_name = "standing"
    views = (
        ("existing", _("existing"), lambda rows: rows.existing()),
        (
            "gone",
            pgettext_lazy("body", "ended"),
            lambda rows: rows.exclude(pk__in=rows.existing().values("pk")),
        ),
    )


class Spans(forms.BaseInlineFormSet):
    """The names of one body, looked at together: the day between two of them may move in both at once."""

    def clean(self) -> None:
        super().clean()
        spans = [
            (data.get("starts_on") or date.min, data.get("ends_on") or date.max)
            for data in (getattr(form, "cleaned_data", {}) for form in self.forms)
            if data and not data.get("DELETE")
        ]
        for (_start, end), (start, _end) in pairwise(sorted(spans)):
            if start < end:
                raise forms.ValidationError(_("A body bears one name at a time: these days overlap."))


class NamesHere(Rights, admin.TabularInline):
    """What it was called, and from when to when; the open row is the present name, above.

    A new name comes by a reorganisation, with its document; here a former one is entered or corrected.
    """

    model = BodyName
    formset = Spans
    fields = ("name_zh", "name_en", "short_zh", "self_name", "starts_on", "ends_on", "document_number")
    extra = 0


class UnitsHere(Rights, admin.TabularInline):
    """What belongs to it. A unit has its own mailbox, its own contacts, its own page."""

    model = Organisation
    fk_name = "parent"
    fields = ("name_zh", "short_zh", "mailbox", "page")
    readonly_fields = ("name_zh", "short_zh", "page")
    verbose_name = _("unit")
    verbose_name_plural = _("units")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).bodies().existing()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("page"))
    def page(self, row: Organisation) -> SafeString:
        address = reverse("admin:members_body_change", args=[row.pk])
        return format_html('<a href="{}">{}</a>', address, row.short_name)


class SuccessionsHere(ReadOnly, Rights, admin.TabularInline):
    """To whom its matters passed: written by a reorganisation, never by hand."""

    model = Succession
    fk_name = "predecessor"
    fields = readonly_fields = ("successor", "on", "document_number", "is_partial")
    extra = 0


@admin.register(Body)
class BodyAdmin(PortalAdmin):
    list_display = ("name_zh", "short_zh", "parent", "liaisons", "mailbox_cell", "area", "existence")
    list_filter = (StandingFilter, ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent", "successor")
    search_fields = ("name_zh", "name_en", "short_zh", "short_en", "slug", "names__name_zh")
    ordering = ("name_zh",)
    autocomplete_fields = ("parent",)
    readonly_fields = ("successor", "valid_to")
    inlines = (NamesHere, AffiliationsHere, UnitsHere, SuccessionsHere)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_zh", "name_en"),
                    ("short_zh", "short_en"),
                    ("self_name", "slug"),
                    ("parent", "area"),
                ),
                "description": _(
                    "Here a name is corrected. Another name, a merger or a split is a reorganisation, with "
                    "its document: open cases and names of the time depend on it."
                ),
            },
        ),
        (_("Reachable at"), {"fields": (("mailbox", "website"),)}),
        (_("In registers"), {"fields": (("oid", "org_code"), ("valid_from", "valid_to"), "successor")}),
        (_("Text"), {"fields": (("about_zh", "about_en"),), "classes": ("side-by-side",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of those who answer for it today, and the first of them for the list."""
        today = clock.today()
        answering = Q(
            Q(affiliations__ends_on__isnull=True) | Q(affiliations__ends_on__gt=today),
            affiliations__role__in=Affiliation.ANSWERING,
            affiliations__starts_on__lte=today,
        )
        rows = super().get_queryset(request)
        return rows.annotate(answering=Count("affiliations", filter=answering, distinct=True))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ("name_en",)} if obj is None and self.writes(request) else {}

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """A body, and nothing else."""
        obj.sector, obj.kind = Organisation.Sector.GOVERNMENT, Organisation.Kind.BODY
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The open name says what the body's own row says; all its names are words to be found by.

        The days of all names are checked together.
        """
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS members_bodyname_one_at_a_time DEFERRED")
            super().save_related(request, form, formsets, change)
            cursor.execute("SET CONSTRAINTS members_bodyname_one_at_a_time IMMEDIATE")
        align_name(form.instance)
        form.instance.refresh_from_db(fields=["former_names"])
        index_organisation(form.instance)

    @admin.display(description=_("liaisons and deputies"), ordering="answering")
    def liaisons(self, row: Any) -> SafeString:
        if not row.answering and not row.is_gone:
            return badge("late", "alert", _("nobody"))
        words = ngettext("%(count)d person", "%(count)d persons", row.answering)
        return format_html("{}", words % {"count": row.answering})

    @admin.display(description=_("unit mailbox"), ordering="mailbox")
    def mailbox_cell(self, row: Any) -> str:
        return row.mailbox or "–"

    @admin.display(description=_("standing"), ordering="valid_to")
    def existence(self, row: Any) -> SafeString:
        if not row.is_gone:
            return badge("ok", "check", _("existing"))
        words = (
            _("succeeded by %(name)s") % {"name": row.successor.short_name}
            if row.successor
            else pgettext_lazy("body", "ended")
        )
        return badge("muted", "minus", words)
