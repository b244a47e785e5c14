from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KeptTally",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("counts", models.JSONField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_tally",
            },
        ),
    ]
