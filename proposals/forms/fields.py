"""Fields for what is typed: everything may be unfinished, nothing is cut off or lost."""

from typing import Any

from django import forms

LONG, MEDIUM = 20_000, 5_000


class Unfinished:
    """Needed in the end, so shown without “(optional)”; but an empty one is saved as well."""

    def validate(self, value: object) -> None:
        """`missing_from` says what submitting needs."""


class Line(forms.CharField):
    """A line of text. The browser does not cut it at the limit: too long is said, not done."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class Prose(Line):
    """A text of several lines, whose line ends count as one character each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class NeededLine(Unfinished, Line):
    pass


class NeededProse(Unfinished, Prose):
    pass
