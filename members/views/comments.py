"""Where a body writes its own word on its figures, and takes it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members.actions.bodies import publish_comment, speaks_for, withdraw_comment
from members.forms.bodies import CommentForm
from members.models import BodyComment, Organisation
from members.refusals import Refused


@login_required
@never_cache
def ministry_comment(request: HttpRequest, slug: str) -> HttpResponse:
    """The standing comment with its form, and those before it; for people who speak for the body alone."""
    body = get_object_or_404(Organisation.objects.bodies().existing(), slug=slug)
    if not speaks_for(request.user, body):
        raise Http404
    standing = BodyComment.objects.standing().filter(body=body).first()
    is_withdrawn = request.method == "POST" and "withdraw" in request.POST
    form = CommentForm(request.POST if request.method == "POST" and not is_withdrawn else None)
    try:
        if is_withdrawn:
            withdraw_comment(user=request.user, body=body)
            messages.success(request, _("Withdrawn: the public page shows no comment now."))
            return redirect("members:ministry_comment", body.slug)
        if form.is_bound and form.is_valid():
            publish_comment(user=request.user, body=body, **form.cleaned_data)
            messages.success(request, _("Published beside the figures of your body."))
            return redirect("members:ministry_comment", body.slug)
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    context = {
        "ministry": body,
        "standing": standing,
        "earlier": BodyComment.objects.filter(body=body, withdrawn_at__isnull=False)[:20],
        "form": form,
    }
    return render(request, "members/ministry_comment.html", context, status=422 if form.errors else 200)
