from django.http import Http404, HttpRequest, HttpResponse


def member_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def member_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def ministry_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def ministry_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def accept_invitation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
