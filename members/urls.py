from django.urls import path

from .views import absence, directory, invitation

app_name = "members"

urlpatterns = [
    path("members/", directory.member_list, name="list"),
    path("members/<str:slug>/", directory.member_detail, name="detail"),
    path("ministries/", directory.ministry_list, name="ministries"),
    path("ministries/<str:slug>/", directory.ministry_detail, name="ministry"),
    path("my/away/", absence.away, name="away"),
    path("invitation/<str:token>/", invitation.accept_invitation, name="invitation"),
]
