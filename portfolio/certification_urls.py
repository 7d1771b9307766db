from django.urls import path

from portfolio.views import certification, certifying, departures, return_templates

app_name = "certification"
urlpatterns = [
    path("", certification.queue, name="queue"),
    path("publish/", certification.publish, name="publish"),
    path("templates/", return_templates.templates, name="templates"),
    path("templates/<int:pk>/", return_templates.change, name="template"),
    path("templates/<int:pk>/delete/", return_templates.delete, name="template_delete"),
    path("templates/<int:pk>/move/", return_templates.move, name="template_move"),
    path("departures/", departures.departures, name="departures"),
    path("departures/<int:pk>/", departures.departure, name="departure"),
    path("departures/<int:pk>/withdraw/", departures.withdraw, name="withdraw_departure"),
    path("<int:pk>/", certifying.outcome, name="outcome"),
    path("<int:pk>/certify/", certifying.certify, name="certify"),
    path("<int:pk>/return/", certifying.return_to_student, name="return"),
    path("<int:pk>/undo/", certifying.undo, name="undo"),
    path("<int:pk>/drop/", certifying.drop, name="drop"),
]
