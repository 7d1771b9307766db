from django.urls import path

from schedules import extension_views, feed_views, self_check_views, views

app_name = "schedules"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("<int:school_year>-<int:number>/", views.schedule, name="schedule"),
    path("<int:year>-<int:number>.ics", feed_views.term_calendar, name="term_calendar"),
    path("<int:year>-<int:number>.json", feed_views.term_data, name="term_data"),
    path("<int:year>-<int:number>/self-check/", self_check_views.self_check_list, name="self_checks"),
    path("<int:year>-<int:number>/publish/", views.publish, name="publish"),
    path("self-check/<int:pk>/tick/", self_check_views.tick_self_check, name="tick_self_check"),
    path("extensions/", extension_views.extensions, name="extensions"),
    path("extensions/<int:pk>/withdraw/", extension_views.withdraw, name="withdraw_extension"),
    path("my/", feed_views.my_feed, name="my_feed"),
    path("my/renew/", feed_views.new_feed_address, name="new_feed_address"),
    path("feed/<str:token>.ics", feed_views.private_feed, name="private_feed"),
]
