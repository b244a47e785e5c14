"""The contract of the doors: a room is entered through a few named modules and nowhere else.

import-linter's own kinds of contract can say "nobody imports X", but not "everybody outside a room
may import only its services, selectors, types and errors". This one can, and it holds the wiring
modules (settings, urls, the list of rooms) apart from the floors as well.
"""

from dataclasses import dataclass

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True)
class House:
    """What the contract must know of the house: its name, doors and open places."""

    package: str
    doors: frozenset[str]
    open_floors: frozenset[str]
    shared_floors: frozenset[str]
    registries: frozenset[str]
    wiring: frozenset[str]

    def trespass(self, importer: str, imported: str) -> str | None:
        """Say why one import is refused, or None when it is allowed."""
        source, target = importer.split("."), imported.split(".")
        if source[0] != self.package or target[0] != self.package:
            return None
        if self._is_wiring(source):
            return None
        if self._is_wiring(target):
            return "a floor knows nothing of the wiring above it"
        if len(target) < 3 or target[:3] == source[:3]:
            return None
        if target[1] in self.open_floors:
            return None
        if target[1] in self.shared_floors and source[1] == target[1]:
            return None
        if ".".join(target[:3]) in self.registries and len(target) == 3:
            return None
        if len(target) >= 4 and target[3] in self.doors:
            return None
        room = ".".join(target[:3])
        return f"enter {room} through one of: {', '.join(sorted(self.doors))}"

    def _is_wiring(self, path: list[str]) -> bool:
        return len(path) > 1 and path[1] in self.wiring


class DoorsContract(Contract):
    """From outside a room only its doors are imported."""

    type_name = "doors"

    doors = fields.SetField(subfield=fields.StringField())
    open_floors = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    shared_floors = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    registries = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    wiring = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001
        """Judge every direct import of the tree. Being verbose changes nothing here."""
        house = House(
            package=self.session_options["root_packages"][0],
            doors=self._names("doors"),
            open_floors=self._names("open_floors"),
            shared_floors=self._names("shared_floors"),
            registries=self._names("registries"),
            wiring=self._names("wiring"),
        )
        refused = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                reason = house.trespass(importer, imported)
                if reason:
                    line = self._first_line(graph, importer, imported)
                    refused.append((importer, line, imported, reason))
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each refused import with its place and the way in."""
        for importer, line, imported, reason in check.metadata["refused"]:
            output.print_error(f"{importer}:{line} imports {imported}: {reason}.")

    def _names(self, option: str) -> frozenset[str]:
        names: set[str] = getattr(self, option)
        return frozenset(names)

    @staticmethod
    def _first_line(graph: ImportGraph, importer: str, imported: str) -> int:
        details = graph.get_import_details(importer=importer, imported=imported)
        return min((detail["line_number"] for detail in details), default=0)
