from django.urls import path

from schedules import views

app_name = "schedules"
urlpatterns = [
    path("", views.schedule, name="schedule"),
    path("<int:school_year>-<int:number>/", views.schedule, name="schedule"),
]
