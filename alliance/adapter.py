"""What allauth asks the portal: who may sign up (nobody), and where a person goes after signing in."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from members.permissions import bodies_of, represented
from members.privacy import NOTICE_VERSION
from workinggroups.permissions import may_enter_admin

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are opened by invitation."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page on which the person's own work lies; by way of the privacy notice, if a new one waits.

        Whoever signs in to reach a certain page, as from a letter, gets there at once.
        """
        if request.user.notice != NOTICE_VERSION:
            return reverse("members:consent")
        return self.get_work_url(request)

    def get_work_url(self, request: HttpRequest) -> str:
        if bodies_of(request.user):
            return reverse("proposals:dashboard")
        if represented(request.user):
            return reverse("proposals:my")
        return reverse("admin:index") if may_enter_admin(request.user) else reverse("home")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Sends at once and keeps nothing: these mails hold secrets. A relay that is down is said."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("mail of the sign-in could not be sent")
            if self.request is not None:
                sentence = _("The mail could not be sent just now. Please try again in a few minutes.")
                messages.error(self.request, sentence)
