from django.http import Http404, HttpRequest, HttpResponse


def overview(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def referral(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def step(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
