"""Which letters somebody wants at once, once a week, or never."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import NotificationChoice, User
from members.refusals import Refused
from members.topics import TOPICS

Choice = NotificationChoice.Choice


@transaction.atomic
def choose_letters(*, user: User, choices: Mapping[str, str]) -> None:
    """Sets the choices for the topics named; the others stay. What is held already comes with the next
    weekly letter. Raises Refused for a topic that cannot be chosen so.
    """
    User.objects.select_for_update().get(pk=user.pk)
    topics = {topic.code: topic for topic in TOPICS}
    for code, choice in choices.items():
        topic = topics.get(code)
        if topic is None or choice not in Choice.values or (choice == Choice.WEEKLY and not topic.weekly):
            raise Refused(_("These letters cannot be chosen so. Nothing was changed."))
        NotificationChoice.objects.update_or_create(user=user, topic=code, defaults={"choice": choice})


def choices_of(user: User) -> dict[str, str]:
    """Topic → choice, those that nobody has made included."""
    made = dict(NotificationChoice.objects.filter(user=user).values_list("topic", "choice"))
    return {topic.code: made.get(topic.code, Choice.NOW.value) for topic in TOPICS}
