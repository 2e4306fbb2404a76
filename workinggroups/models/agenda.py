from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .meetings import Meeting


class AgendaItem(models.Model):
    """One item of a meeting's agenda. What it is about on other floors is linked from there."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("position"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="workinggroups_agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Empty where the item is a case, whose own title is shown to whoever may read it."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh
