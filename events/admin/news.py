"""News as the secretariat writes it: both languages side by side, a preview, public now or later."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from events.actions.news import save_news
from events.models import NewsItem
from members import clock
from members.admin.base import PortalAdmin
from members.permissions import is_secretariat
from members.templatetags.face import badge
from proposals.models import Proposal


class NewsForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        allow_unicode=True,
        max_length=50,
        help_text=_("Left empty it is made from the title."),
    )

    class Meta:
        model = NewsItem
        fields = (
            "title_zh",
            "title_en",
            "lead_zh",
            "lead_en",
            "body_zh",
            "body_en",
            "kind",
            "slug",
            "source_url",
            "proposal",
            "published_at",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("slug") and data.get("title_zh"):
            data["slug"] = self.instance.slug or free_slug(data.get("title_en") or data["title_zh"])
        return data


def free_slug(title: str) -> str:
    """An address from a title, with a number where it is taken."""
    start = slugify(title, allow_unicode=True)[:44] or "news"
    taken = set(NewsItem.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    if start not in taken:
        return start
    return next(name for n in range(2, len(taken) + 3) if (name := f"{start}-{n}") not in taken)


@admin.register(NewsItem)
class NewsItemAdmin(PortalAdmin):
    form = NewsForm
    change_form_template = "admin/events/newsitem/change_form.html"
    list_display = ("title_zh", "kind", "state_cell", "published_at", "has_english")
    list_filter = ("kind", "published_at")
    search_fields = ("title_zh", "title_en", "body_zh", "body_en")
    date_hierarchy = "published_at"
    autocomplete_fields = ("proposal",)
    actions = ("publish_now",)
    fieldsets = (
        (
            None,
            {
                "fields": (("title_zh", "title_en"), ("lead_zh", "lead_en"), ("body_zh", "body_en")),
                "classes": ("side-by-side",),
            },
        ),
        (_("Where and when"), {"fields": (("kind", "published_at"), "slug", "source_url", "proposal")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[NewsItem]:
        """The latest first, drafts before them."""
        return super().get_queryset(request).defer("search")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """News speaks of public cases only."""
        if db_field.name == "proposal":
            kwargs["queryset"] = Proposal.objects.public()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("<int:pk>/preview/", preview, name="events_newsitem_preview"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if is_secretariat(request.user) else {}

    def get_view_on_site_url(self, obj: NewsItem | None = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj is not None and obj.is_published else None

    def save_model(self, request: HttpRequest, obj: NewsItem, form: Any, change: bool) -> None:
        """Writes the row and the words to be found by together; “publish now” sets the moment."""
        if "_publish" in request.POST and not obj.is_published:
            obj.published_at = clock.now()
        save_news(obj)

    @admin.action(description=_("Publish now"))
    @transaction.atomic
    def publish_now(self, request: HttpRequest, queryset: QuerySet[NewsItem]) -> None:
        number = queryset.exclude(pk__in=NewsItem.objects.published()).update(
            published_at=clock.now(), updated_at=clock.now()
        )
        text = ngettext("%(n)d news item published.", "%(n)d news items published.", number)
        self.message_user(request, text % {"n": number})

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The saved text as readers will see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"item": self.get_object(request, str(pk))}
        return TemplateResponse(request, "admin/events/newsitem/preview.html", context)

    @admin.display(description=_("state"), ordering="published_at")
    def state_cell(self, item: NewsItem) -> SafeString:
        if item.published_at is None:
            return badge("muted", "edit", pgettext("news", "draft"))
        if item.is_published:
            return badge("ok", "check", pgettext("news", "public"))
        return badge("brand", "clock", pgettext("news", "planned"))

    @admin.display(description=_("English"), boolean=True)
    def has_english(self, item: NewsItem) -> bool:
        return bool(item.title_en and item.body_en)
