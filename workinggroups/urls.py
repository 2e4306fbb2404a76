from django.urls import path

from . import views

app_name = "workinggroups"

urlpatterns = [
    path("groups/", views.group_list, name="list"),
    path("groups/<slug:slug>/", views.group_detail, name="detail"),
    path("programmes/", views.programme_list, name="programmes"),
]
