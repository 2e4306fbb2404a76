from django.urls import path

from .views import (
    absence,
    account,
    apply,
    comments,
    contacts,
    directory,
    invitation,
    own_members,
    profile,
)

app_name = "members"

urlpatterns = [
    path("members/", directory.member_list, name="list"),
    path("members/matrix/", directory.member_matrix, name="matrix"),
    path("members/export.<str:kind>", directory.member_export, name="export"),
    path("members/apply/", apply.apply, name="apply"),
    path("members/apply/as/<str:kind>/", apply.apply_as, name="apply_as"),
    path("members/apply/invited/<str:token>/", apply.apply_invited, name="apply_invited"),
    path("members/apply/confirm/<str:key>/", apply.apply_confirm, name="apply_confirm"),
    path("members/apply/<str:token>/", apply.application, name="application"),
    path("members/apply/<str:token>/again/", apply.apply_again, name="apply_again"),
    path("members/<str:slug>/", directory.member_detail, name="detail"),
    path("members/<str:slug>/edit/", profile.profile, name="profile"),
    path("members/<str:slug>/logo.png", profile.logo, name="logo"),
    path("members/<str:slug>/own-members/", own_members.own_members, name="own_members"),
    path("members/<str:slug>/contact/", contacts.write, name="contact"),
    path("my/contacts/", contacts.contacts, name="contacts"),
    path("my/contacts/<int:pk>/", contacts.contact, name="contact_request"),
    path("ministries/", directory.ministry_list, name="ministries"),
    path("ministries/<str:slug>/", directory.ministry_detail, name="ministry"),
    path("ministries/<str:slug>/comment/", comments.ministry_comment, name="ministry_comment"),
    path("account/", account.overview, name="account"),
    path("account/letters/", account.letters, name="letters"),
    path("account/privacy/", account.consent, name="consent"),
    path("my/away/", absence.away, name="away"),
    path("invitation/<str:token>/", invitation.accept_invitation, name="invitation"),
]
