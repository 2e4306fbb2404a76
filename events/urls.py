from django.urls import path

from .views import news

app_name = "events"

urlpatterns = [
    path("news/", news.news_list, name="news"),
    path("news/<str:slug>/", news.article, name="article"),
]
