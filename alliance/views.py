from django.http import Http404, HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def search(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def site_map(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def text_page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def style(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
