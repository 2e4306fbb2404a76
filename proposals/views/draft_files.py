"""Files of a draft: attached, opened, taken away. What was typed beside them is saved as well."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from members.refusals import Refused
from proposals import uploads
from proposals.actions.files import attach_file, remove_file
from proposals.forms.files import FilesForm
from proposals.models import Attachment

from .intake import already_submitted, keep, own_case, show
from .limits import FILES_LIMIT, TEXT_LIMIT, limited, too_fast
from .party import served


@limited(FILES_LIMIT)
@login_required
def attach(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Takes the chosen files one by one, and saves the text that came with them."""
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    if not case.is_draft:
        return already_submitted(request, case)
    form = FilesForm(request.POST, request.FILES)
    taken, status = 0, 422
    if form.is_valid() and (slower := too_fast(request, "attach", of=len(form.cleaned_data["files"]))):
        form.add_error("files", slower)
        status = 429
    elif form.is_valid():
        is_restricted = form.cleaned_data["is_restricted"]
        for upload in form.cleaned_data["files"]:
            try:
                attach_file(
                    user=request.user,
                    proposal=case,
                    upload=upload,
                    is_restricted=is_restricted,
                )
                taken += 1
            except Refused as refused:
                name = uploads.clean_name(upload.name)
                form.add_error("files", _("%(name)s: %(reason)s") % {"name": name, "reason": refused})
            except OSError:
                status = 507
                form.add_error("files", _("The file could not be stored just now. Please try again later."))
    *_kept, problem = keep(request, case)
    if problem:
        return problem
    if form.errors:
        return show(request, own_case(request, draft_id), files=form, status=status)
    messages.success(request, ngettext("%d file attached.", "%d files attached.", taken) % taken)
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#files")


@limited(TEXT_LIMIT)
@login_required
def detach(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponse:
    case = own_case(request, draft_id)
    if request.method != "POST":
        return redirect(case)
    file = get_object_or_404(Attachment.objects.visible_to(request.user), proposal=case, pk=file_id)
    *_kept, problem = keep(request, case) if case.is_draft else (None,)
    try:
        remove_file(user=request.user, attachment=file)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(case)
    if problem:
        return problem
    messages.success(request, _("%s has been removed.") % file.name)
    return redirect(reverse("proposals:draft", args=[draft_id]) + "#files")


@require_safe
@login_required
def open_draft_file(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of a draft, for its own organisation and, unless restricted, for those asked to sign it."""
    files = Attachment.objects.visible_to(request.user).filter(proposal__draft_id=draft_id)
    return served(request, get_object_or_404(files.select_related("proposal__organisation"), pk=file_id))
