"""What rooms above add to the import of members: they register here, unknown to this floor."""

from regulars.foundation.database.session import Unit
from regulars.rules.fileimports.types import OpenSection, Section

_SECTIONS: dict[str, Section] = {}


def section_register(section: Section) -> None:
    """Adds columns to the import of members; each name once."""
    if section.name in _SECTIONS:
        raise ValueError(f"the section {section.name} is registered twice")
    _SECTIONS[section.name] = section


def sections_opened(unit: Unit) -> dict[str, OpenSection]:
    """All sections as they stand now, by name."""
    return {name: section.opened(unit) for name, section in _SECTIONS.items()}
