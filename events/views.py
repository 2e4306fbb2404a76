from django.http import Http404, HttpRequest, HttpResponse


def news_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def article(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
