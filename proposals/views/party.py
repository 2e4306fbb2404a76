from django.http import Http404, HttpRequest, HttpResponse


def attachment(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def restricted(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def information(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def reply(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def withdraw(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def close(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
