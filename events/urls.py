from django.urls import path

from . import views

app_name = "events"

urlpatterns = [
    path("news/", views.news_list, name="news"),
    path("news/<str:slug>/", views.article, name="article"),
]
