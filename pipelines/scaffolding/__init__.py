"""Writes a new connector type into a clone: ``crm-warehouse sources new``. What it says is in the templates beside.

The templates are the files of a working connector, ``acme``, under the paths they get in the clone, each with
``.tmpl`` behind its name.
"""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from sources.errors import CrmWarehouseError
from sources.lake.ledger import TABLES

_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX = ".tmpl"
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 24
# what the lake keeps for itself, and DuckDB
_TAKEN = frozenset({"main", "temp", "system", "information_schema", *(name.split(".")[0] for name in TABLES)})
# a working copy; an installed package has none of them
_ROOMS = ("pyproject.toml", "sources", "dbt_project", "quality", "tests")
_PROJECT = Path("dbt_project") / "dbt_project.yml"
_ENTITIES = "{products: [item]}"
_SWITCH = re.compile(r"      \w+: \{\+enabled: .*CRM_SOURCE_TYPES")


def scaffold(root: Path, connector_type: str) -> list[Path]:
    """Write the files of a new connector type below ``root`` and name it in dbt_project.yml; return what was written.

    Raises CrmWarehouseError, with nothing written, for a name that is none or taken, outside a clone, and where any
    of the files is there already.
    """
    _check_name(connector_type)
    if missing := [room for room in _ROOMS if not (root / room).exists()]:
        raise CrmWarehouseError(f"{root} is no clone of crm-warehouse: it lacks {', '.join(missing)}. Work in a clone.")
    files = _files(connector_type)
    if there := [path for path in files if (root / path).exists()]:
        raise CrmWarehouseError(f"{there[0]} exists already; nothing was written. Choose another name, or remove it.")
    project = _with_type((root / _PROJECT).read_text(encoding="utf-8"), connector_type)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / _PROJECT).write_text(project, encoding="utf-8")
    return [*files, _PROJECT]


def _check_name(connector_type: str) -> None:
    if not _NAME.fullmatch(connector_type) or len(connector_type) > _LONGEST:
        raise CrmWarehouseError(
            f"'{connector_type}' is no name of a type: lower-case words joined with single underscores, at most"
            f" {_LONGEST} characters, such as acme or acme_crm."
        )
    if connector_type in _TAKEN or keyword.iskeyword(connector_type):
        raise CrmWarehouseError(f"'{connector_type}' means something else already; choose another name.")


def _files(connector_type: str) -> dict[Path, str]:
    """Return path below the root → text."""
    templates = sorted(each for each in _TEMPLATES.rglob(f"*{_SUFFIX}") if each.is_file())
    files = {}
    for template in templates:
        path = _named(template.relative_to(_TEMPLATES).as_posix().removesuffix(_SUFFIX), connector_type)
        text = _named(template.read_text(encoding="utf-8"), connector_type)
        files[Path(path)] = _with_sorted_imports(text) if path.endswith(".py") else text
    return files


def _named(text: str, connector_type: str) -> str:
    as_class = "".join(word.capitalize() for word in connector_type.split("_"))
    return text.replace("acme", connector_type).replace("Acme", as_class).replace("ACME", connector_type.upper())


def _with_sorted_imports(text: str) -> str:
    """Return a module whose lines of ``from … import`` stand in order: the type's name decides where its own go."""
    lines = text.splitlines(keepends=True)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and re.match(r"from \S+ import [^(]*$", lines[end]):
            end += 1
        lines[start:end] = sorted(lines[start:end], key=lambda line: line.split()[1])
        start = max(end, start + 1)
    return "".join(lines)


def _with_type(project: str, connector_type: str) -> str:
    """Return dbt_project.yml with the type among ``crm_sources``, and the switch of its models behind the others'."""
    lines = project.splitlines(keepends=True)
    mapped = [at for at, line in enumerate(lines) if line.startswith("    mapped: {")]
    switches = [at for at, line in enumerate(lines) if _SWITCH.match(line)]
    if len(mapped) != 1 or not switches:
        message = "is not as this command knows it: it looks for `mapped` in crm_sources and for the types' `+enabled`"
        raise CrmWarehouseError(f"{_PROJECT} {message}. Nothing was written.")
    in_use = f"'{connector_type}' in env_var('CRM_SOURCE_TYPES', '{connector_type}').split()"
    # the later place first, so that the earlier one stays where it is
    lines.insert(switches[-1] + 1, f'      {connector_type}: {{+enabled: "{{{{ {in_use} }}}}"}}\n')
    lines.insert(mapped[0], f"    {connector_type}: {_ENTITIES}\n")
    return "".join(lines)
