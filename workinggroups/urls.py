from django.urls import path

from .views import groups, meetings, offices

app_name = "workinggroups"

urlpatterns = [
    path("groups/", groups.group_list, name="list"),
    path("groups/<slug:slug>/", groups.group_detail, name="detail"),
    path("groups/<slug:slug>/calendar.ics", meetings.calendar, name="group_calendar"),
    path("offices/", offices.offices, name="offices"),
    path("offices/<int:pk>/named/", offices.be_named, name="be_named"),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/calendar.ics", meetings.calendar, name="calendar"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/reply/", meetings.reply, name="reply"),
    path("meetings/action-items/<int:pk>/done/", meetings.finish, name="finish"),
    path("documents/<uuid:pk>/", meetings.document, name="document"),
    path("programmes/", groups.programme_list, name="programmes"),
]
