"""What has to be right before anybody works with a database."""

from regulars.foundation.backup.restoring import restore_refused_when_unfinished
from regulars.foundation.personal import KeysMisfit
from regulars.foundation.settings import RegularsSettings
from regulars.members.profiles.selectors import personal_keys_fit


def deployment_checked(settings: RegularsSettings) -> None:
    """Refuses a half-restored database, and keys that don't open members' data.

    With other keys nobody would be found by a number, and everybody could be enrolled again.
    Errors: restore_unfinished, personal_keys_missing, personal_keys_misfit.
    """
    restore_refused_when_unfinished(settings)
    if not personal_keys_fit():
        raise KeysMisfit(path=settings.personal_keys_file)
