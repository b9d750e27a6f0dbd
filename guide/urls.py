"""百问百答 for everybody, and the desk at which it is kept."""

from django.urls import path

from guide.views import desk, public

app_name = "guide"
urlpatterns = [
    path("guide/", public.index, name="index"),
    path("guide/questions/<slug:code>/", public.question, name="question"),
    path("guide/desk/", desk.desk, name="desk"),
    path("guide/desk/new/", desk.new, name="new"),
    path("guide/desk/questions/<slug:code>/", desk.write, name="write"),
    path("guide/desk/drafts/<uuid:public_id>/", desk.draft, name="draft"),
    path("guide/desk/drafts/<uuid:public_id>/publish/", desk.publish, name="publish"),
    path("guide/desk/drafts/<uuid:public_id>/drop/", desk.drop, name="drop"),
]
