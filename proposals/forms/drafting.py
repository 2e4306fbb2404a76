"""The proposal as it is typed: everything may be unfinished, nothing is cut off or lost."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from members.models import Domain, Organisation, User
from members.refusals import Incomplete
from proposals.actions.drafting import DRAFT_FIELDS, AskText, save_draft
from proposals.differences import Piece, difference
from proposals.models import Proposal
from workinggroups.models import WorkingGroup

from .fields import LONG, MEDIUM, Line, NeededLine, NeededProse, Prose, Unfinished

MAX_ASKS = 20


class GroupField(Unfinished, forms.ModelChoiceField):
    def label_from_instance(self, group: WorkingGroup) -> str:
        return format_html("<span><strong>{}</strong> <small>{}</small></span>", group.name, group.motto)


class WordsForm(forms.Form):
    """The public words of a case, its asks aside; each text may be written in Markdown."""

    use_required_attribute = False

    title = NeededLine(
        max_length=200,
        label=_("Title"),
        help_text=_(
            "One sentence that says what should change, for example: Allow share registers on a ledger."
        ),
    )
    title_other = Line(required=False, max_length=200, label=_("Title in the other language"))
    business_model = Prose(
        required=False,
        max_length=LONG,
        label=_("Business model"),
        help_text=_(
            "What you offer or plan: to whom, how it works, who pays for what. Leave it empty where your "
            "proposal concerns no business of your own."
        ),
    )
    conflict = NeededProse(
        max_length=LONG,
        label=_("Where do business and law conflict?"),
        help_text=_("Which rule stands in the way or is unclear, and what follows from it."),
    )
    benefit_firms = NeededProse(
        max_length=LONG,
        label=_("Benefit to firms"),
        help_text=_("Who gains what: how many firms, which costs or delays fall away. Figures help."),
    )
    benefit_public = NeededProse(
        max_length=LONG,
        label=_("Benefit and risk to the public"),
        help_text=_("What users and society gain, which risks arise, and how you would contain them."),
    )
    summary = NeededProse(max_length=LONG, label=_("Public summary"))
    summary_other = Prose(required=False, max_length=LONG, label=_("Public summary in the other language"))


class DraftForm(WordsForm):
    group = GroupField(
        queryset=WorkingGroup.objects.filter(takes_proposals=True),
        widget=forms.RadioSelect,
        label=_("Which group should take it up?"),
    )
    language = forms.ChoiceField(
        choices=User.Language.choices,
        widget=forms.RadioSelect,
        label=_("Language of your text"),
    )
    domains = forms.ModelMultipleChoiceField(
        queryset=Domain.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Fields of application"),
    )
    competitors = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Members that compete with you in this matter"),
        help_text=_(
            "Seen by the group's officers and the secretariat only. An officer who represents one of them "
            "takes no part in your case and does not read your restricted text."
        ),
    )
    restricted = Prose(required=False, max_length=LONG, label=_("Restricted text"))

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = Organisation.objects.members().exclude(pk=organisation.pk if organisation else None)
        self.fields["competitors"].queryset = others.order_by("name_zh")

    @classmethod
    def initial_of(cls, draft: Proposal) -> dict[str, Any]:
        stored = {name: getattr(draft, name) for name in DRAFT_FIELDS}
        return stored | {
            "domains": [domain.pk for domain in draft.domains.all()],
            "competitors": [row.organisation_id for row in draft.competitors.all()],
            "restricted": draft.restricted.text,
        }


class AskForm(forms.Form):
    use_required_attribute = False

    law = Line(
        required=False,
        max_length=120,
        label=_("Law or regulation"),
        help_text=_("Choose from the list, or write its name."),
        widget=forms.TextInput(attrs={"list": "laws", "autocomplete": "off"}),
    )
    article = Line(
        required=False,
        max_length=60,
        label=_("Article"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = NeededProse(
        max_length=MEDIUM,
        label=_("What do you ask for?"),
        help_text=_("One thing per ask: it is answered separately, yes or no, with reasons."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    text_other = Prose(
        required=False,
        max_length=MEDIUM,
        label=_("The same in the other language"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def is_blank(self) -> bool:
        return not any(value.strip() for value in self.cleaned_data.values())


AskFormSet: type[BaseFormSet] = formset_factory(
    AskForm, extra=0, max_num=MAX_ASKS, absolute_max=MAX_ASKS + 1, validate_max=True
)


@dataclass(frozen=True)
class Difference:
    """A field in which the stored draft is not what was typed: both, and the way from one to the other."""

    name: str
    label: str
    mine: str
    stored: str

    @property
    def pieces(self) -> list[Piece]:
        return difference(self.stored, self.mine)


def asks_of(draft: Proposal) -> list[dict[str, str]]:
    return [
        {
            "law": ask.law.name if ask.law else "",
            "article": ask.article,
            "text": ask.text,
            "text_other": ask.text_other,
        }
        for ask in draft.asks.select_related("law")
    ]


def settled(draft: Proposal, data: QueryDict) -> QueryDict:
    """What was sent, with the stored text wherever its author chose that one (`take-…` is "stored")."""
    chosen = {name[5:] for name, value in data.items() if name.startswith("take-") and value == "stored"}
    if not chosen:
        return data
    data, stored = data.copy(), DraftForm.initial_of(draft)
    for name in chosen & stored.keys():
        value = stored[name]
        data.setlist(name, value if isinstance(value, list) else [getattr(value, "pk", value)])
    if "asks" in chosen:
        for name in [name for name in data if name.startswith("asks-")]:
            del data[name]
        rows = asks_of(draft)
        data["asks-TOTAL_FORMS"], data["asks-INITIAL_FORMS"] = str(len(rows)), "0"
        for number, row in enumerate(rows):
            for name, value in row.items():
                data[f"asks-{number}-{name}"] = value
    return data


class Typed:
    """The form and its asks together: what a page shows, and what a save writes."""

    def __init__(self, draft: Proposal, data: QueryDict | None = None):
        self.draft = draft
        if data is not None:
            data = settled(draft, data)
        self.form = self.words(draft, data)
        self.asks = AskFormSet(
            data, initial=self.shown_asks(draft), prefix="asks", form_kwargs={"empty_permitted": False}
        )

    @staticmethod
    def words(draft: Proposal, data: QueryDict | None) -> forms.Form:
        return DraftForm(data, initial=DraftForm.initial_of(draft), organisation=draft.organisation)

    @staticmethod
    def shown_asks(draft: Proposal) -> list[dict[str, str]]:
        return asks_of(draft) or [{}]

    def is_valid(self) -> bool:
        return self.form.is_valid() & self.asks.is_valid()

    def save(self, *, user: User, version: int, without: Collection[int] = (), add: bool = False) -> Proposal:
        """Writes what was typed, without some asks or with an empty one more. Raises Stale, NotAllowed."""
        cleaned = self.form.cleaned_data
        texts = self.ask_texts(without)
        return save_draft(
            user=user,
            proposal=self.draft,
            fields={name: cleaned[name] for name in DRAFT_FIELDS},
            asks=[*texts[: MAX_ASKS - 1], AskText(text="")] if add else texts,
            domains=cleaned["domains"],
            restricted=cleaned["restricted"],
            competitors=cleaned["competitors"],
            expected_version=version,
        )

    def ask_texts(self, without: Collection[int] = ()) -> list[AskText]:
        asks = (ask for number, ask in enumerate(self.asks, start=1) if number not in without)
        return [AskText(**ask.cleaned_data) for ask in asks]

    def blank_asks(self) -> list[int]:
        """The numbers of asks in which nothing at all was written."""
        return [number for number, ask in enumerate(self.asks, start=1) if ask.is_blank()]

    def show_missing(self, incomplete: Incomplete) -> None:
        """Puts what submitting still needs at the fields where it is to be written."""
        for name, message in incomplete.missing.items():
            if name != "asks":
                label = self.form.fields[name].label
                self.form.add_error(name, _("%(field)s – %(problem)s") % {"field": label, "problem": message})
                continue
            begun = [ask for ask in self.asks if not ask.is_blank()]
            for ask in begun or self.asks:
                if not ask.cleaned_data["text"].strip():
                    ask.add_error("text", message)

    def errors(self) -> dict[str, str]:
        """Every error by the name of its field, for the autosave."""
        found = {f"{name}": " ".join(errors) for name, errors in self.form.errors.items()}
        for ask in self.asks:
            found |= {ask.add_prefix(name): " ".join(errors) for name, errors in ask.errors.items()}
        if general := self.asks.non_form_errors():
            found["asks"] = " ".join(general)
        return found

    def differences(self) -> list[Difference]:
        """Each field in which the stored draft is not what was typed."""
        found = []
        for name, field in self.form.fields.items():
            stored, mine = self.form.initial[name], self.form.cleaned_data.get(name)
            before, after = _as_text(field, stored), _as_text(field, mine)
            if before != after:
                found.append(Difference(name, str(field.label), after, before))
        stored_asks = [ask for ask in self.asks.initial if any(ask.values())]
        typed_asks = [dict(ask.cleaned_data) for ask in self.asks if not ask.is_blank()]
        if stored_asks != typed_asks:
            both = ("\n\n".join(_ask_lines(asks)) for asks in (typed_asks, stored_asks))
            found.append(Difference("asks", str(_("Asks")), *both))
        return found


def _as_text(field: forms.Field, value: Any) -> str:
    """What a field holds, as a reader reads it."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        keys = {getattr(row, "pk", row) for row in value or ()}
        return "、".join(str(row) for row in field.queryset if row.pk in keys)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value or "")


def _ask_lines(asks: Iterable[dict[str, str]]) -> Iterable[str]:
    for number, ask in enumerate(asks, start=1):
        law = " ".join(part for part in (ask["law"], ask["article"]) if part)
        yield "\n".join(part for part in (f"{number}. {ask['text']}", law, ask["text_other"]) if part)
