"""People and their roles. An account begins with an invitation and ends closed, never deleted."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.invitations import invite_person, withdraw_invitation
from members.actions.secretariat import check_somebody_stays, check_within_term
from members.models import Affiliation, Invitation, User
from members.permissions import is_secretariat
from members.refusals import Refused
from members.resources import PersonResource
from members.templatetags.face import badge

from .base import (
    CurrentFirst,
    DatedRoleAdmin,
    FirstView,
    GivenByAnother,
    PortalAdmin,
    Rights,
    WrittenByAction,
)
from .importing import SheetAdmin


class RolesOfPerson(Rights, admin.TabularInline):
    model = Affiliation
    fields = readonly_fields = ("organisation", "role", "starts_on", "ends_on")
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        return super().get_queryset(request).select_related("organisation", "user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonForm(forms.ModelForm):
    """Name and language, and whether the person may sign in; address and password are the person's own."""

    person: User

    class Meta:
        model = User
        fields = ("name", "language", "is_active")

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance == self.person:
            raise forms.ValidationError(_("Nobody closes the account with which they are signed in."))
        if not active and "is_active" in self.changed_data:
            try:
                check_somebody_stays(leaving=self.instance, on=None)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return active


class PlacedFirst(FirstView):
    views = (
        (
            "placed",
            pgettext_lazy("people", "In an organisation today"),
            lambda rows: rows.filter(Exists(Affiliation.objects.current().filter(user=OuterRef("pk")))),
        ),
        (
            "unplaced",
            pgettext_lazy("people", "In none"),
            lambda rows: rows.exclude(Exists(Affiliation.objects.current().filter(user=OuterRef("pk")))),
        ),
    )


@admin.register(User)
class UserAdmin(PortalAdmin):
    form = PersonForm
    list_display = ("name", "email", "language", "is_active", "last_login")
    list_filter = (PlacedFirst, "is_active", "affiliations__role", "language")
    search_fields = ("name", "email")
    fields = ("name", "email", "language", "is_active", ("joined_at", "last_login"))
    readonly_fields = ("email", "joined_at", "last_login")
    inlines = (RolesOfPerson,)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Whoever has been erased is still listed, and no field offers them."""
        rows, may_double = super().get_search_results(request, queryset, search_term)
        is_offer = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        return rows.filter(erased_at__isnull=True) if is_offer else rows, may_double

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts come from invitations only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.erased_at:
            return False
        protected = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not protected

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        return form


class AffiliationForm(GivenByAnother):
    class Meta:
        model = Affiliation
        fields = ("user", "organisation", "role", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        organisation, role = data.get("organisation"), data.get("role")
        if organisation and role and not Affiliation.exists_in(organisation, role):
            self.add_error("role", _("This role does not exist in an organisation of this kind."))
        elif role == Affiliation.Role.SECRETARIAT or self.instance.role == Affiliation.Role.SECRETARIAT:
            try:
                self._check_secretariat(data)
            except Refused as refusal:
                self.add_error("ends_on", str(refusal))
        return data

    def _check_secretariat(self, data: dict[str, Any]) -> None:
        """Its role lies within the term of its organisation, and somebody always has it."""
        row, ends_on = self.instance, data.get("ends_on")
        check_within_term(
            organisation=data.get("organisation") or row.organisation,
            starts_on=data.get("starts_on") or row.starts_on,
            ends_on=ends_on,
        )
        if row.pk and ends_on and "ends_on" in self.changed_data:
            check_somebody_stays(leaving=row.user, on=ends_on)


@admin.register(Affiliation)
class AffiliationAdmin(SheetAdmin, DatedRoleAdmin):
    resource_class = PersonResource
    form = AffiliationForm
    identity = ("user", "organisation", "role", "starts_on")
    list_display = ("user", "organisation", "role", "starts_on", "ends_on")
    list_filter = (CurrentFirst, "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name_zh", "organisation__name_en")
    autocomplete_fields = ("user", "organisation")


class InvitationForm(WrittenByAction):
    class Meta:
        model = Invitation
        fields = ("email", "name", "language", "organisation", "role")

    def clean_email(self) -> str:
        """As for roles: nobody invites themselves into one."""
        email = self.cleaned_data["email"]
        if email.lower() == self.person.email.lower():
            raise forms.ValidationError(_("Nobody gives themselves a role. Ask a colleague."))
        return email

    def act(self, data: dict[str, Any]) -> Invitation:
        return invite_person(user=self.person, **{name: data[name] for name in self.Meta.fields})


class OpenFirst(FirstView):
    views = (("open", pgettext_lazy("invitations", "Open"), lambda rows: rows.open()),)


class Invites(PortalAdmin):
    """Invitations are written once, by an action, and then only withdrawn: `take_back` does that for one."""

    take_back: Callable[..., object]
    actions = ("withdraw",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if is_secretariat(request.user) else {}

    @admin.action(description=_("Withdraw: the link opens nothing any more"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each for itself: one that cannot be withdrawn does not stop the others."""
        for row in queryset:
            try:
                type(self).take_back(user=request.user, invitation=row)
            except Refused as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                said = gettext("Withdrawn: %(invitation)s") % {"invitation": row}
                self.message_user(request, said, messages.SUCCESS)

    def get_view_on_site_url(self, obj: Any = None) -> None:
        """The address of an invitation is its key: the invited alone have it."""
        return

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action has written the invitation and its letter."""
        text = gettext("The invitation is on its way to %(email)s.") % {"email": obj.email}
        self.message_user(request, text, messages.INFO)


@admin.register(Invitation)
class InvitationAdmin(Invites):
    form = InvitationForm
    take_back = staticmethod(withdraw_invitation)
    list_display = ("email", "name", "organisation", "role", "created_at", "state_cell")
    list_filter = (OpenFirst, "role", "organisation__sector")
    list_select_related = ("organisation",)
    search_fields = ("email", "name", "organisation__name_zh")
    autocomplete_fields = ("organisation",)
    fields = ("email", "name", "language", "organisation", "role")

    @admin.display(description=_("state"))
    def state_cell(self, row: Invitation) -> SafeString:
        if row.accepted_at:
            return badge("ok", "check", pgettext("invitation", "accepted"))
        if row.expires_at <= clock.now():
            return badge("muted", "hourglass", pgettext("invitation", "expired"))
        return badge("brand", "mail", pgettext("invitation", "open"))
