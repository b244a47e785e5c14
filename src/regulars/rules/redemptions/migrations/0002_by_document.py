from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A document's payments are found whoever paid them: she may have been merged since."""

    dependencies = [("rules_redemptions", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="redemption", name="redemption_document"),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(
                name="redemption_document",
                fields=["document_key"],
                condition=Q(document_key__isnull=False),
            ),
        ),
    ]
