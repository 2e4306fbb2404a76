from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from alliance import account, health, views

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("status", health.status, name="status"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("sitemap/", views.site_map, name="sitemap"),
        path("help/", views.text_page, {"page": "help"}, name="help"),
        path("privacy/", views.text_page, {"page": "privacy"}, name="privacy"),
        path("open-data/", views.text_page, {"page": "open_data"}, name="open-data"),
        path(
            "accessibility/",
            views.text_page,
            {"page": "accessibility"},
            name="accessibility",
        ),
        path("accounts/", include("allauth.urls")),
        path("account/data/", account.my_data, name="my-data"),
        path("account/data/my-data.zip", account.my_data_zip, name="my-data-zip"),
        path("admin/", admin.site.urls),
        path("", include("members.urls")),
        path("", include("workinggroups.urls")),
        path("", include("proposals.urls")),
        path("", include("events.urls")),
        prefix_default_language=False,
    ),
]

if settings.PORTAL_MODE == "demo":
    from alliance import mail_page

    urlpatterns += [
        path("mail/", mail_page.mail_list, name="mail"),
        path("mail/<str:name>/", mail_page.mail_detail, name="mail-detail"),
        *i18n_patterns(path("style/", views.style, name="style"), prefix_default_language=False),
    ]
