from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.topics import TOPICS

from .people import User


class NotificationChoice(models.Model):
    """How somebody wants the letters about one topic; without a row they come at once.

    Obeyed where letters are written (`members.actions.letters.compose`), and nowhere else.
    """

    class Choice(models.TextChoices):
        NOW = "now", pgettext_lazy("letters", "at once")
        WEEKLY = "weekly", pgettext_lazy("letters", "once a week, together")
        NEVER = "never", pgettext_lazy("letters", "never")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="notification_choices", verbose_name=_("person")
    )
    topic = models.CharField(
        _("topic"), max_length=20, choices=[(topic.code, topic.label) for topic in TOPICS]
    )
    choice = models.CharField(_("choice"), max_length=8, choices=Choice.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="members_choice_once_for_each_topic")
        ]
