from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation_works", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="work", name="work_state"),
        migrations.AddConstraint(
            model_name="work",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "running", "done", "failed", "stopped"])
                ),
                name="work_state",
            ),
        ),
    ]
