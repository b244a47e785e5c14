from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commerce_counter", "0005_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="countershift",
            name="handed_key",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="countershift",
            constraint=models.UniqueConstraint(
                fields=("terminal", "handed_key"), name="shift_handed"
            ),
        ),
    ]
