"""Organisations and people as rows of a table. The same file imported twice changes nothing the second time.

A row is found again by its address (slug), else by its business number, else by its Chinese name; a person by
e-mail, organisation and role. Columns that a file lacks stay as they are. Nothing is ever deleted, and no
membership ends by a table: what would be left open is shown on the organisation's own page.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets

from members.actions.bodies import align_name
from members.actions.invitations import invite_person
from members.actions.organisations import index_organisation
from members.bigrams import normalised
from members.models import Affiliation, Invitation, Organisation, User
from members.models.organisations import RESERVED
from members.namesakes import compact_ubn, is_ubn, key_of
from members.refusals import Refused

Row = dict[str, Any]


class Choice(widgets.Widget):
    """One of a list, by its key or by its name in the reader's language."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> str:
        known = {str(label).casefold(): key for key, label in self.choices} | {
            str(key).casefold(): key for key, _label in self.choices
        }
        if (text := str(value or "").strip().casefold()) in known:
            return str(known[text])
        raise ValueError(
            _("“%(value)s” is none of: %(known)s.")
            % {"value": value, "known": ", ".join(str(key) for key, _label in self.choices)}
        )


class Day(widgets.DateWidget):
    """An ISO date; empty is none."""

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except ValueError as fault:
            raise ValueError(_("“%(value)s” is no date: write 2026-11-02.") % {"value": value}) from fault


class OrganisationBySlug(widgets.ForeignKeyWidget):
    """An organisation by its address."""

    def __init__(self) -> None:
        super().__init__(Organisation, field="slug")

    def clean(self, value: Any, row: Row | None = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except Organisation.DoesNotExist as fault:
            said = _("There is no organisation with the address “%(value)s”.") % {"value": value}
            raise ValueError(said) from fault


def column(name: str, widget: widgets.Widget | None = None) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=widget or widgets.CharWidget())


class SheetResource(resources.ModelResource):
    """What the tables of the portal have in common: the reader's rights, and nothing half done."""

    required: tuple[str, ...] = ()

    class Meta:
        skip_unchanged = True
        skip_html_diff = True
        store_row_values = True
        store_instance = True
        use_transactions = True
        clean_model_instances = True

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user

    def check_headings(self, headings: list[str]) -> None:
        """Raises Refused where a column is missing that every row needs, or where none is known."""
        known = [field.column_name for field in self.get_import_fields()]
        if unknown := [name for name in headings if name not in known]:
            raise Refused(
                _("Unknown columns: %(unknown)s. Known are: %(known)s.")
                % {"unknown": ", ".join(unknown), "known": ", ".join(known)}
            )
        if missing := [name for name in self.required if name not in headings]:
            raise Refused(_("These columns are missing: %(missing)s.") % {"missing": ", ".join(missing)})


class OrganisationResource(SheetResource):
    slug = column("slug")
    name_zh = column("name_zh")
    name_en = column("name_en")
    short_zh = column("short_zh")
    short_en = column("short_en")
    sector = column("sector", Choice(Organisation.Sector.choices))
    kind = column("kind", Choice(Organisation.Kind.choices))
    ubn = column("ubn")
    website = column("website")
    area = column("area")
    mailbox = column("mailbox")
    joined_on = column("joined_on", Day())
    left_on = column("left_on", Day())
    about_zh = column("about_zh")
    about_en = column("about_en")

    required = ("name_zh", "sector", "kind")

    class Meta(SheetResource.Meta):
        model = Organisation
        fields = (
            "slug", "name_zh", "name_en", "short_zh", "short_en", "sector", "kind", "ubn", "website", "area",
            "mailbox", "joined_on", "left_on", "about_zh", "about_en",
        )  # fmt: skip
        import_id_fields = ("slug",)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """The known organisations, read once."""
        self.by_slug: dict[str, Organisation] = {}
        self.by_number: dict[str, Organisation] = {}
        self.by_name: dict[str, Organisation] = {}
        self.by_key: dict[tuple[str, str], Organisation] = {}
        for row in Organisation.objects.order_by("-pk"):
            self._know(row)
        self.ends = {slug: row.left_on for slug, row in self.by_slug.items() if row.is_member}
        self.numbers = {slug: row.ubn for slug, row in self.by_slug.items()}
        if "slug" not in dataset.headers:
            dataset.append_col([""] * len(dataset), header="slug")

    def _know(self, row: Organisation) -> None:
        self.by_slug[row.slug] = row
        self.by_name[_spaceless(row.name_zh)] = row
        self.by_key[key_of(row.name_zh), row.kind] = row
        if row.ubn:
            self.by_number[row.ubn] = row

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        self.is_found_by_name = False
        if not row.get("slug"):
            found = self._found(row)
            row["slug"] = found.slug if found else self._free_slug(row)

    def _found(self, row: Row) -> Organisation | None:
        """By its number, else by its name; in another legal form a name is the same of the same kind only."""
        if found := self.by_number.get(compact_ubn(row.get("ubn") or "")):
            return found
        self.is_found_by_name = True
        name = row.get("name_zh") or ""
        if found := self.by_name.get(_spaceless(name)):
            return found
        try:
            return self.by_key.get((key_of(name), self.fields["kind"].clean(row)))
        except ValueError:
            return None

    def _free_slug(self, row: Row) -> str:
        start = slugify(row.get("name_en") or row.get("name_zh") or "", allow_unicode=True)[:40] or "member"
        names = (start, *(f"{start}-{n}" for n in range(2, len(self.by_slug) + 4)))
        return next(name for name in names if name not in self.by_slug and name not in RESERVED)

    def get_instance(self, instance_loader: Any, row: Row) -> Organisation | None:
        return self.by_slug.get(row["slug"])

    def before_save_instance(self, instance: Organisation, row: Row, **kwargs: Any) -> None:
        if instance.ubn and not is_ubn(instance.ubn):
            said = _("This is no business number: it has eight digits, and the last one checks the others.")
            raise ValidationError({"ubn": said})
        instance.ubn = compact_ubn(instance.ubn) if instance.ubn else ""
        number = self.numbers.get(instance.slug, "")
        if self.is_found_by_name and number and instance.ubn not in ("", number):
            said = _(
                "The portal knows one of this name with the number %(number)s. If it is the same, give its "
                "address: %(slug)s."
            )
            raise ValidationError({"ubn": said % {"number": number, "slug": instance.slug}})
        if instance.slug in self.ends and instance.left_on != self.ends[instance.slug]:
            said = _("No membership ends by a table. End it on the organisation's own page.")
            raise ValidationError({"left_on": said})

    def after_save_instance(self, instance: Organisation, row: Row, **kwargs: Any) -> None:
        index_organisation(instance)
        if instance.is_body:
            align_name(instance)
        self._know(instance)


def _spaceless(name: str) -> str:
    return "".join(normalised(name).split())


class PersonResource(SheetResource):
    """People and their roles. Whoever has no such role yet is invited into it by a letter; no passwords."""

    email = column("email")
    name = column("name")
    language = column("language", Choice(User.Language.choices))
    organisation = column("organisation", OrganisationBySlug())
    role = column("role", Choice(Affiliation.Role.choices))

    required = ("email", "name", "organisation", "role")

    class Meta(SheetResource.Meta):
        model = Invitation
        fields = ("email", "name", "language", "organisation", "role")
        import_id_fields = ("email", "organisation", "role")

    def get_queryset(self) -> Any:
        return Affiliation.objects.current().select_related("user", "organisation").order_by("user__email")

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        row["email"] = User.objects.normalize_email(row.get("email") or "").lower()
        row["language"] = row.get("language") or User.Language.CHINESE

    def get_instance(self, instance_loader: Any, row: Row) -> None:
        return None

    def skip_row(self, instance: Invitation, original: Any, row: Row, errors: Any = None) -> bool:
        """Has the role already, or is invited into it."""
        if errors or instance.organisation_id is None:
            return False
        same = {"organisation": instance.organisation_id, "role": instance.role}
        has_role = Affiliation.objects.current().filter(user__email=instance.email, **same).exists()
        return has_role or Invitation.objects.open().filter(email=instance.email, **same).exists()

    def save_instance(self, instance: Invitation, is_create: bool, row: Row, **kwargs: Any) -> None:
        if instance.email == self.user.email:
            raise ValidationError({"email": _("Nobody gives themselves a role. Ask a colleague.")})
        values = {name: getattr(instance, name) for name in self._meta.fields}
        try:
            invite_person(user=self.user, **values)
        except Refused as refusal:
            raise ValidationError({"role": str(refusal)}) from refusal

    def export_resource(self, instance: Affiliation, *args: Any, **kwargs: Any) -> list[str]:
        person = instance.user
        return [person.email, person.name, person.language, instance.organisation.slug, instance.role]


def changed_columns(resource: SheetResource, result: Any) -> list[str]:
    """Of an imported row that was there before: the columns whose values are other ones now."""
    if result.original is None or result.instance is None:
        return []
    return [
        field.column_name
        for field in resource.get_import_fields()
        if field.export(result.original) != field.export(result.instance)
    ]
