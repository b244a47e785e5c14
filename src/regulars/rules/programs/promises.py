"""What a version of a program promises, in words: rules, groups, limits, paying with points."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regulars.foundation.database.session import unit_of_work
from regulars.foundation.webkit.pages import merchant_text
from regulars.ledger.book.selectors import assets_known
from regulars.ledger.book.types import AssetView
from regulars.rules.programs.content import Content
from regulars.rules.programs.draft_pages import teller_of
from regulars.rules.programs.offering import redemption_told
from regulars.rules.programs.selectors import version_content


def promises_told(said: Any, assets: Mapping[int, AssetView]) -> list[tuple[str, str]]:
    """Each promise of a published content with its name, in the reader's language."""
    content = msgspec.convert(said, Content)
    teller = teller_of(content)
    found = [(merchant_text(rule.name), teller.rule(rule)) for rule in content.rules]
    restraints = teller.restraints()
    found += [
        (merchant_text(group.name) or group.code, restraints.group(group, content))
        for group in content.groups
    ]
    found += [(_("Limit"), restraints.limit(limit, "")) for limit in content.limits]
    if (offer := content.redemption) is not None:
        names = {asset.code: merchant_text(asset.name) for asset in assets.values()}
        told = redemption_told(offer, names.get(offer.asset, offer.asset))
        found.append((_("Paying with points"), told))
    return found


def version_promises(code: str, version: int) -> list[tuple[str, str]]:
    """The promises of one published version, each with its name; none of one that isn't there."""
    content = version_content(code, version)
    if content is None:
        return []
    with unit_of_work() as unit:
        assets = assets_known(unit)
    return promises_told(content, assets)
