from django.urls import path

from portfolio import proxy_views

app_name = "proxy"
urlpatterns = [
    path("", proxy_views.students, name="students"),
    path("<int:student>/", proxy_views.student, name="student"),
    path("<int:student>/outcomes/new/", proxy_views.new_outcome, name="outcome_new"),
    path("<int:student>/performances/new/", proxy_views.choose_category, name="performance_choose"),
    path(
        "<int:student>/performances/new/<slug:category>/", proxy_views.new_performance, name="performance_new"
    ),
    path("<int:student>/selection/", proxy_views.selection, name="selection"),
]
