from django.urls import path

from . import entrance, views

app_name = "members"

urlpatterns = [
    path("members/", views.member_list, name="list"),
    path("members/<str:slug>/", views.member_detail, name="detail"),
    path("ministries/", views.ministry_list, name="ministries"),
    path("ministries/<str:slug>/", views.ministry_detail, name="ministry"),
    path("invitation/<str:token>/", entrance.accept_invitation, name="invitation"),
]
