"""Published answers are only ever added to."""

from django.db import migrations

from common.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("guide", "0001_questions_answers_and_drafts")]
    operations = [append_only("guide_answerversion")]
