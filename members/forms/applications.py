"""Applying to join: short, by kind of organisation; nothing typed is lost."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.actions.applications import About, Contact
from members.models import Application, Domain, InvitationToApply, Organisation, User
from members.models.applications import SECTORS
from members.models.umbrellas import UMBRELLAS
from members.namesakes import compact_ubn, is_ubn, key_of

Kind, Sector = Organisation.Kind, Organisation.Sector

NUMBERED = (Kind.COMPANY,)
"""Kinds that always have a business number."""
UNNUMBERED = (Kind.UNIVERSITY_LEAGUE,)
"""Kinds that have none."""
SECTOR_OF = {
    Kind.COMPANY: Sector.INDUSTRY,
    Kind.SELF_REGULATORY: Sector.INDUSTRY,
    Kind.UNIVERSITY_LEAGUE: Sector.ACADEMIA,
}
"""Kinds that are of one sector; the others are asked."""
MOST_MEMBERS = 500


def date_input() -> forms.DateInput:
    """A date as browsers read it, whatever the language of the page."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AboutForm(forms.Form):
    """What is asked about an organisation of one kind."""

    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=120,
        help_text=_("As it is registered. Where there is no Chinese name, the registered one."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    ubn = forms.CharField(
        label=_("Business number (統一編號)"),
        max_length=20,
        help_text=_("Eight digits, of the registered organisation."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=SECTORS, widget=forms.RadioSelect)
    domains = forms.ModelMultipleChoiceField(
        Domain.objects.none(),
        label=_("Fields of application"),
        required=False,
        help_text=_("Those in which you work or want to work."),
        widget=forms.CheckboxSelectMultiple,
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
    )
    members = forms.CharField(
        label=_("Your own members"),
        required=False,
        max_length=60_000,
        help_text=_("One name a line. They are shown on your page; none of them becomes a member by that."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    wishes = forms.CharField(
        label=_("What you want from the alliance"),
        max_length=2000,
        help_text=_("One or two sentences: a rule to be clarified, partners, a trial, exchange."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["domains"].queryset = Domain.objects.order_by("pk")
        self.fields["ubn"].required = kind in NUMBERED
        if kind in UNNUMBERED:
            del self.fields["ubn"]
        if kind in SECTOR_OF:
            del self.fields["sector"]
        if kind not in UMBRELLAS:
            del self.fields["members"]

    def clean_ubn(self) -> str:
        number = compact_ubn(self.cleaned_data["ubn"])
        if number and not is_ubn(number):
            raise forms.ValidationError(
                _("This is no business number: it has eight digits, and the last one checks the others.")
            )
        return number

    def clean_members(self) -> str:
        names = Application(members=self.cleaned_data["members"]).member_names
        if len(names) > MOST_MEMBERS:
            raise forms.ValidationError(
                _("These are more than %(most)d names. Enter the others after admission.")
                % {"most": MOST_MEMBERS}
            )
        if long := next((name for name in names if len(name) > 120), ""):
            raise forms.ValidationError(
                _("This line is too long for a name: %(name)s…") % {"name": long[:40]}
            )
        return "\n".join(names)

    def about(self) -> About:
        data = self.cleaned_data
        sector = SECTOR_OF.get(Kind(self.kind)) or data["sector"]
        names = ("name_zh", "name_en", "ubn", "website", "members", "wishes", "domains")
        return About(kind=self.kind, sector=sector, **{name: data[name] for name in names if name in data})


class ApplyForm(AboutForm):
    """The whole application: the organisation, whom to write to, and the consent."""

    contact = forms.CharField(
        label=_("Contact person"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("A letter goes there first, to be confirmed. After admission it is the first account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letters to you"), choices=User.Language.choices, widget=forms.RadioSelect
    )
    consent = forms.BooleanField(
        label=_("I have read the privacy notice, and agree that these data are used to decide on joining."),
        error_messages={
            "required": _("Without your consent we may not keep the application. Tick the box to send it.")
        },
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    fax = forms.CharField(
        label=pgettext_lazy("trap for machines", "Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    ABOUT = ("name_zh", "name_en", "ubn", "sector", "website", "domains")
    WISHES = ("wishes", "members")
    CONTACT = ("contact", "email", "phone", "language")

    def clean_fax(self) -> str:
        if self.cleaned_data["fax"]:
            raise forms.ValidationError(
                _("A field that people do not see was filled in, perhaps by your browser. Send it once more.")
            )
        return ""

    def contact_person(self) -> Contact:
        names = ("contact", "email", "phone", "language")
        return Contact(**{name: self.cleaned_data[name] for name in names})

    @property
    def parts(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        """The steps of the page with their fields, in order: anchor, heading, fields."""
        parts = (
            ("organisation", _("The organisation"), self.ABOUT),
            ("wishes", _("What it wants"), self.WISHES),
            ("contact", _("Whom we write to"), self.CONTACT),
        )
        return [
            (anchor, heading, [self[name] for name in names if name in self.fields])
            for anchor, heading, names in parts
        ]


class InformationForm(AboutForm):
    """The answer to what was asked, and the application itself, to be corrected."""

    text = forms.CharField(label=_("Your answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))


class WithdrawForm(forms.Form):
    text = forms.CharField(
        label=_("Why? (if you like)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("What is missing, and what for?"),
        max_length=5000,
        help_text=_("The applicant reads it word for word, in the letter and on the private page."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        help_text=_(
            "The applicant reads it word for word. Only identity and kind count: whoever wants to may join. "
            "Say what a new application would need."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AdmitForm(forms.Form):
    """As a new organisation, or as a known one that is no member; one of the same name is chosen already."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        empty_label=_("a new one, as the application says"),
        help_text=_("Choose a row if the portal knows it already: its cases and papers stay with it."),
    )
    slug = forms.SlugField(
        label=_("Address of its page"),
        required=False,
        allow_unicode=True,
        max_length=50,
        help_text=_("For a new one: /members/…/"),
    )
    joined_on = forms.DateField(label=_("Member since"), widget=date_input())

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Organisation.objects.members().values("pk")
        known = Organisation.objects.exclude(sector=Sector.GOVERNMENT).exclude(pk__in=members)
        self.fields["organisation"].queryset = known.defer("search", "about_zh", "about_en")
        same = [row.pk for row in known.only("name_zh", "name_en") if is_named_like(application, row)]
        self.initial.setdefault("organisation", same[0] if len(same) == 1 else None)


def is_named_like(application: Application, organisation: Organisation) -> bool:
    """Whether one of their names is the same, but for width, space and legal form."""
    own, other = (
        {key_of(name) for name in (row.name_zh, row.name_en) if name} for row in (application, organisation)
    )
    return bool(own & other)


class OwnMembersForm(forms.Form):
    names = forms.CharField(
        label=_("Names to add"),
        max_length=60_000,
        help_text=_("One name a line. A name that the portal knows becomes a link to its page."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    starts_on = forms.DateField(label=_("Member since"), widget=date_input())

    def clean_names(self) -> list[str]:
        return Application(members=self.cleaned_data["names"]).member_names


def values_of(row: Application | InvitationToApply) -> dict[str, Any]:
    """What a form begins with: of an earlier application, or of an invitation."""
    named = {"name_zh": row.name_zh, "name_en": row.name_en}
    person = {"contact": row.contact, "email": row.email, "language": row.language}
    if isinstance(row, InvitationToApply):
        return named | person
    said = {name: getattr(row, name) for name in ("ubn", "sector", "website", "members", "wishes", "phone")}
    return named | person | said | {"domains": list(row.domains.values_list("pk", flat=True))}


def blank(kind: str, language: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a new form begins with: its own key, the language of the page, a likely sector."""
    sector = {Kind.ASSOCIATION: Sector.INDUSTRY, Kind.INSTITUTE: Sector.ACADEMIA}.get(Kind(kind), "")
    return {"form_key": uuid.uuid4(), "language": language, "sector": sector} | dict(known or {})
