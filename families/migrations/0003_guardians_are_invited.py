import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OPEN = models.Q(("ended_at__isnull", True))


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0002_signatures_are_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("phone", models.CharField(max_length=11)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("mother", "mother"),
                            ("father", "father"),
                            ("grandparent", "grandparent"),
                            ("other", "other"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[("full", "full"), ("book", "book"), ("read", "read")],
                        max_length=5,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("accepted", models.BooleanField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="families.child",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=OPEN, fields=["phone"], name="invitations_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=OPEN,
                        fields=("child", "phone"),
                        name="a_number_is_invited_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone__regex", "^1[3-9][0-9]{9}$")),
                        name="an_invitation_goes_to_a_mobile_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted__isnull", True),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_answered_invitation_is_over",
                    ),
                ],
            },
        ),
    ]
