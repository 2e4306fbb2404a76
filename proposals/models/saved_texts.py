from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Organisation, User
from members.permissions import AnyUser, bodies_of, is_known, reads_all
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups


class SavedTextQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """One's own groups' and bodies' texts, and those that are everybody's.

        Secretariat and auditors read every group's; what a ministry keeps for itself stays with it.
        """
        if not is_known(user):
            return self.none()
        bodies, groups = bodies_of(user), triaged_groups(user)
        allowed = Q(body__in=bodies)
        if reads_all(user):
            allowed |= Q(body__isnull=True)
        elif bodies or groups:
            allowed |= Q(group__in=groups) | Q(group__isnull=True, body__isnull=True)
        return self.filter(allowed)

    def active(self) -> Self:
        return self.filter(is_active=True)


class SavedText(models.Model):
    """Words that are written often: a group's, a body's, or, without an owner, everybody's.

    It is copied into a field, where it can be changed; what was sent keeps its own words.
    """

    class Kind(models.TextChoices):
        DECLINE = "decline", pgettext_lazy("saved text", "For declining")
        ASK = "ask", pgettext_lazy("saved text", "For asking the proposer")
        REFER = "refer", pgettext_lazy("saved text", "For handing on")
        ANSWER = "answer", pgettext_lazy("saved text", "For an answer")
        NOTE = "note", pgettext_lazy("saved text", "For a note")

    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="saved_texts",
        verbose_name=_("group"),
        help_text=_("Empty: for all groups."),
    )
    body = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="saved_texts",
        verbose_name=_("ministry"),
    )
    kind = models.CharField(_("what for"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    text_zh = models.TextField(_("text (Chinese)"), max_length=4000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=4000, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SavedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved text")
        verbose_name_plural = _("saved texts")
        ordering = ["kind", "position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(body__isnull=True), name="proposals_saved_text_one_owner"
            ),
            models.CheckConstraint(
                condition=~Q(text_zh="", text_en=""),
                name="proposals_saved_text_has_words",
                violation_error_message=_("Write the text in at least one language."),
            ),
            models.UniqueConstraint(
                fields=["group", "body", "kind", "title"],
                nulls_distinct=False,
                name="proposals_saved_text_title_once",
                violation_error_message=_("There is a text of this title already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def text_in(self, language: str) -> str:
        """The words in a language; in the other one where there are none."""
        if language == User.Language.ENGLISH:
            return self.text_en or self.text_zh
        return self.text_zh or self.text_en
