from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Shop",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("name", models.JSONField(default=dict)),
                ("currency", models.CharField(default="", max_length=3)),
                ("time_zone", models.CharField(default="", max_length=64)),
                ("language", models.CharField(default="", max_length=8)),
                ("version", models.IntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("setup_digest", models.CharField(default="", max_length=64)),
            ],
            options={
                "db_table": "shop",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="shop_only_one"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["", "zh-hans", "en"])),
                        name="shop_language",
                    ),
                ],
            },
        ),
    ]
