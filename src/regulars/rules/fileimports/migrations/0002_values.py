from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rules_fileimports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="fileimport",
            name="values",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="columnmapping",
            name="values",
            field=models.JSONField(default=dict),
        ),
    ]
