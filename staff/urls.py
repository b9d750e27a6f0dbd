"""Pages of people at work."""

from django.urls import path

from staff.views import papers, people

app_name = "staff"
urlpatterns = [
    path("staff/", people.people, name="people"),
    path("staff/new/", people.new, name="new_person"),
    path("staff/papers/", papers.due, name="papers"),
    path("staff/training/", papers.training, name="training"),
    path("staff/<uuid:person>/", people.passport, name="person"),
    path("staff/<uuid:person>/badge/", people.badge, name="badge"),
    path("staff/<uuid:person>/hire/", people.hire, name="hire"),
    path("staff/<uuid:person>/leave/", people.leave, name="leave"),
    path("staff/<uuid:person>/pin/", people.pin, name="pin"),
    path("staff/<uuid:person>/ban/", papers.ban, name="ban"),
    path("staff/<uuid:person>/add/<slug:what>/", papers.add, name="add_paper"),
    path("staff/employments/<uuid:employment>/end/", people.end, name="end_employment"),
    path("staff/qualifications/<uuid:paper>/revoke/", papers.revoke, name="revoke"),
    path("staff/leaves/<uuid:leave>/end/", people.back, name="end_leave"),
]
