from django.urls import path

from .views import news, rooms

app_name = "events"

urlpatterns = [
    path("news/", news.news_list, name="news"),
    path("news/<str:slug>/", news.article, name="article"),
    path("rooms/", rooms.room_list, name="rooms"),
    path("rooms/<slug:slug>/", rooms.room_page, name="room"),
    path("rooms/<slug:slug>/book/", rooms.book, name="book"),
    path("my/bookings/", rooms.bookings, name="bookings"),
    path("my/bookings/<int:pk>/cancel/", rooms.cancel, name="cancel_booking"),
]
