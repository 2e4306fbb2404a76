from django.http import Http404, HttpRequest, HttpResponse


def proposal_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def proposal_detail(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
