"""What has arrived for a person."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_everything, name="read_everything"),
    path("inbox/<uuid:public_id>/", views.open_item, name="open"),
    path("dev/inbox/", views.developer_inbox, name="developer_inbox"),
]
