"""What commands say, in the deployment's language."""

from regulars.foundation.settings import settings_load


def chinese() -> bool:
    """Whether this deployment speaks Chinese."""
    return settings_load().language == "zh-hans"


def words(*, zh: str, en: str) -> str:
    """The text in the deployment's language."""
    return zh if chinese() else en
