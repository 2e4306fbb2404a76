"""What every page of the admin has in common: rights come from today's roles, and nothing is deleted."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import User
from members.permissions import is_secretariat, reads_all
from members.refusals import Refused


class Rights:
    """Who may do what in the admin: the secretariat writes, it and the auditors read, nobody deletes.

    Other rights are said by overriding `reads` and `writes`; Django's own permission rows play no part.
    """

    def reads(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return reads_all(request.user)

    def writes(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_secretariat(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.reads(request, obj) or self.writes(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.writes(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.writes(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class ReadOnly:
    """Put in front of `Rights`: rows that other parts of the portal write, and the admin shows."""

    def writes(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PortalAdmin(Rights, admin.ModelAdmin):
    """An admin page of the portal. A row that the reader may not know of answers 404."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def response_action(self, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse | None:
        """As Django's; a selection that no page of ours sends is answered 400."""
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isdecimal() and len(key) < 19 for key in selected):
            raise BadRequest("selected rows are numbers")
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        """The page itself, not Django's redirect by content type, which tells addresses of any row."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Related rows are managed on their own pages: no pop-up buttons beside a field."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


Narrowing = Callable[[Any], Any]
ALL = "all"


class FirstView(admin.SimpleListFilter):
    """A list shows at first what is worked with; all of it is one click away, and a search looks at all.

    `views` are (key, label, narrowing), the first one the default; “all” is added at the end.
    """

    title = pgettext_lazy("admin list", "view")
    parameter_name = "which"
    views: tuple[tuple[str, str | Promise, Narrowing], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, label) for key, label, _narrow in self.views] + [
            (ALL, pgettext_lazy("admin list", "All"))
        ]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.default = ALL if request.GET.get("q") else self.views[0][0]
        super().__init__(request, params, model, model_admin)

    def value(self) -> str:
        return super().value() or self.default

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrow = {key: narrow for key, _label, narrow in self.views}.get(self.value())
        return narrow(queryset) if narrow else queryset

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """Without Django's own “all”, which would mean the default here."""
        for key, label in self.lookup_choices:
            yield {
                "selected": self.value() == key,
                "query_string": changelist.get_query_string({self.parameter_name: key}, ["p"]),
                "display": label,
            }


class Queues(FirstView):
    """With whom the rows lie: views as tabs above the list, each with how many it holds, in one statement.

    `queues` are label and condition by key, the first one the default.
    """

    title = _("queue")
    parameter_name = "queue"
    template = "admin/queues.html"
    queues: Mapping[str, tuple[str | Promise, Q]] = {}

    @property
    def views(self) -> tuple[tuple[str, str | Promise, Narrowing], ...]:  # type: ignore[override]
        return tuple(
            (key, label, lambda rows, chosen=chosen: rows.filter(chosen))
            for key, (label, chosen) in self.queues.items()
        )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.get_queryset(request).order_by()
        aliases = {key: key.replace("-", "_") for key in self.queues}
        counted = rows.aggregate(
            **{aliases[key]: Count("pk", filter=chosen) for key, (_label, chosen) in self.queues.items()}
        )
        self.counts = {key: counted[alias] for key, alias in aliases.items()}
        return super().lookups(request, model_admin)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for (key, _label), choice in zip(self.lookup_choices, super().choices(changelist), strict=True):
            yield {**choice, "count": self.counts.get(key)}


class CurrentFirst(FirstView):
    """Of dated rows those that hold today."""

    views = (
        ("current", pgettext_lazy("admin list", "In force today"), lambda rows: rows.current()),
        (
            "ended",
            pgettext_lazy("admin list", "Ended"),
            lambda rows: rows.filter(ends_on__lte=clock.today()),
        ),
    )


class WrittenByAction(forms.ModelForm):
    """The action is tried while the form is checked, in the request's transaction: what it refuses
    stands above the form, with everything that was typed."""

    person: User
    act: Callable[..., Model]
    """Does what the form asks for, and gives the row. Each form says how."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            try:
                self.written = self.act(data)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data

    def save(self, commit: bool = True) -> Model:
        """The row that the action wrote."""
        self.instance = self.written
        self.save_m2m = lambda: None
        return self.written


class GivenByAnother(forms.ModelForm):
    """The form of a role. Whoever gives roles gives none to themselves: it takes a second person."""

    person: User

    def clean_user(self) -> User:
        user = self.cleaned_data["user"]
        if user == self.person:
            raise forms.ValidationError(_("Nobody gives themselves a role. Ask a colleague."))
        return user


class DatedRoleAdmin(PortalAdmin):
    """A role from a day until a day. It may be ended; another role is another row."""

    form = GivenByAnother
    identity: tuple[str, ...] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.identity if obj else ()
