"""The groups and the government's programmes, as everybody reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from members.pages import public_page

from .models import Meeting, Programme, WorkingGroup

MEETINGS_SHOWN = 5


@public_page
def group_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workinggroups/list.html", {"groups": WorkingGroup.objects.all()})


@public_page
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One group: charter, next public meetings, cases. Names nobody."""
    group = get_object_or_404(WorkingGroup, slug=slug)
    meetings = Meeting.objects.upcoming().filter(group=group)[:MEETINGS_SHOWN]
    return render(request, "workinggroups/detail.html", {"group": group, "meetings": list(meetings)})


@public_page
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = Programme.objects.prefetch_related("bodies", "domains")
    return render(request, "workinggroups/programmes.html", {"programmes": programmes})
