from django.http import Http404, HttpRequest, HttpResponse


def livez(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def readyz(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def status(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
