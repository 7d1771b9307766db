from django.urls import path

from portfolio.views import certification, departures

app_name = "certification"
urlpatterns = [
    path("", certification.queue, name="queue"),
    path("departures/", departures.departures, name="departures"),
    path("departures/<int:pk>/", departures.departure, name="departure"),
    path("departures/<int:pk>/withdraw/", departures.withdraw, name="withdraw_departure"),
    path("<int:pk>/", certification.outcome, name="outcome"),
    path("<int:pk>/certify/", certification.certify, name="certify"),
    path("<int:pk>/return/", certification.return_to_student, name="return"),
]
