from django.http import Http404, HttpRequest, HttpResponse


def group_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def group_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def programme_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
