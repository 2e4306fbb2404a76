"""What a ministry is about to publish, laid before the proposer; nobody else finds this page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members.refusals import Refused
from proposals.actions.answering import answer_secrecy_check
from proposals.forms.party import SecrecyForm
from proposals.models import CheckedText, SecrecyCheck
from proposals.permissions import can_take_referral_step

from .limits import TEXT_LIMIT, limited
from .party import own_case, page


@limited(TEXT_LIMIT)
@login_required
@never_cache
def secrecy(request: HttpRequest, number: str, question_id: int) -> HttpResponse:
    """The words to be published and until when to say what is secret; afterwards what was said."""
    case = own_case(request, number)
    rows = SecrecyCheck.objects.visible_to(request.user).select_related("question__referral__ministry")
    check = get_object_or_404(rows, question__pk=question_id, question__referral__proposal=case)
    form = SecrecyForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            answer_secrecy_check(user=request.user, check=check, **form.cleaned_data)
        except Refused as reason:
            refused = reason
        else:
            body = check.question.referral.ministry.name
            messages.success(request, _("Sent to %s. Its clock runs again.") % body)
            return redirect(case)
    referral = check.question.referral
    texts = CheckedText.objects.visible_to(request.user).filter(check_of=check).select_related("ask__law")
    context = {
        "check": check,
        "question": check.question,
        "texts": texts,
        "possible": check.is_open and can_take_referral_step(request.user, referral, "clear_secrecy"),
    }
    return page(request, "secrecy", case, form, refused, **context)
