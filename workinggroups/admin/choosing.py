"""Whoever keeps a meeting finds people and organisations by two characters, never from a list of all."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse

from members.models import Affiliation, Organisation, User
from workinggroups.models import Seat

from .base import PartOf, SpokenForms

FEWEST, A_PAGE = 2, 20


def people_with_a_role() -> QuerySet[User]:
    """Whoever holds a seat or acts for an organisation today."""
    return Seat.objects.current().people() | Affiliation.objects.current().people()


def organisations_of_today() -> QuerySet[Organisation]:
    return Organisation.objects.members() | Organisation.objects.bodies().existing()


CHOSEN_FROM = {User: people_with_a_role, Organisation: organisations_of_today}


class Found(AutocompleteSelect):
    """Django's, that asks the meeting's own address, and is told who stands in it by the form's row."""

    here = ""
    known: Model | None = None

    def get_url(self) -> str:
        return self.here

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-minimum-input-length": FEWEST}

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[Any]:
        if self.known is None or value != [str(self.known.pk)]:
            return super().optgroups(name, value, attr) if any(value) else [(None, self._empty(name), 0)]
        options = self._empty(name)
        options.append(self.create_option(name, self.known.pk, str(self.known), True, len(options)))
        return [(None, options, 0)]

    def _empty(self, name: str) -> list[Any]:
        return [] if self.is_required else [self.create_option(name, "", "", False, 0)]


class FoundForms(SpokenForms):
    """Each row knows its person and organisation already: none is asked for again."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, Found):
                widget.known = getattr(form.instance, name)


class OfMeeting(PartOf):
    """Rows of a meeting that name people and organisations. Who stands in one stays, whatever ended since."""

    formset = FoundForms

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        model = db_field.related_model
        pk = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if model in CHOSEN_FROM and pk:
            here = self.model._default_manager.filter(meeting=pk).values(db_field.name)
            kwargs["queryset"] = model.objects.filter(
                Q(pk__in=CHOSEN_FROM[model]().values("pk")) | Q(pk__in=here)
            )
            kwargs["widget"] = Found(db_field, self.admin_site)
            kwargs["widget"].here = reverse(f"admin:{route(model)}", args=[pk])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def route(model: type[Model]) -> str:
    return f"workinggroups_meeting_{'people' if model is User else 'organisations'}"


def urls_of(keeper: Any) -> list[Any]:
    """Where the fields of one meeting search: for whoever keeps that very meeting."""

    def search(request: HttpRequest, pk: int, model: type[Model]) -> HttpResponse:
        meeting = keeper.get_object(request, str(pk))
        if not keeper.writes(request, meeting):
            raise PermissionDenied
        return found(request, model)

    return [
        path(
            f"<int:pk>/{route(model).rpartition('_')[2]}/",
            keeper.admin_site.admin_view(search),
            {"model": model},
            name=route(model),
        )
        for model in CHOSEN_FROM
    ]


def found(request: HttpRequest, model: type[Model]) -> JsonResponse:
    """Names alone, a page at a time; nothing before two characters are typed."""
    term = " ".join(request.GET.get("term", "").split())
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdigit() and 0 < int(page) < 1000):
        raise Http404
    first = (int(page) - 1) * A_PAGE
    rows: list[Any] = []
    if len(term) >= FEWEST and "\x00" not in term:
        search = _people if model is User else _organisations
        rows = list(search(term)[first : first + A_PAGE + 1])
    results = [{"id": str(row.pk), "text": _said(row)} for row in rows[:A_PAGE]]
    return JsonResponse({"results": results, "pagination": {"more": len(rows) > A_PAGE}})


def _people(term: str) -> QuerySet[User]:
    """By their name, or by that of an organisation in which they have a role today."""
    roles = Affiliation.objects.current()
    there = roles.filter(organisation__in=_named(term)).values("user")
    today = Prefetch("affiliations", roles.select_related("organisation"), to_attr="affiliations_today")
    people = people_with_a_role().filter(Q(name__icontains=term) | Q(pk__in=there))
    return people.prefetch_related(today).order_by("name", "pk")


def _organisations(term: str) -> QuerySet[Organisation]:
    return organisations_of_today().filter(pk__in=_named(term)).order_by("name_zh", "pk")


def _named(term: str) -> QuerySet[Organisation]:
    names = ("name_zh", "name_en", "short_zh", "short_en")
    chosen = Q()
    for name in names:
        chosen |= Q(**{f"{name}__icontains": term})
    return Organisation.objects.filter(chosen)


def _said(row: Any) -> str:
    """A person with what they act for, so that namesakes differ."""
    acts_for = [role.organisation.short_name for role in getattr(row, "affiliations_today", ())]
    return " · ".join(dict.fromkeys([str(row), *acts_for]))
