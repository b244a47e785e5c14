"""The shop as every room sees it."""

import msgspec

from regulars.foundation.texts import LANGUAGES


class ShopView(msgspec.Struct, frozen=True):
    """The values in force, whoever set them.

    `name` is by language and empty until somebody gave one. `from_environment` names what the
    deployment's environment decides, which nobody can change on a page. `version` goes with a
    change, so that nobody overwrites what somebody else just changed; 0 while nothing was set.
    """

    name: dict[str, str]
    currency: str
    time_zone: str
    language: str
    version: int = 0
    is_opened: bool = False
    from_environment: frozenset[str] = frozenset()

    @property
    def text_language(self) -> str:
        """The shop's language as merchants' texts name it: zh-Hans or en."""
        return LANGUAGES[0] if self.language.startswith("zh") else LANGUAGES[1]
