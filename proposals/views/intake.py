from django.http import Http404, HttpRequest, HttpResponse


def new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def my_cases(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def draft(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def autosave(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def submit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def delete(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def attach(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def detach(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
