"""What the project says about its published tables, and the documentation made of it."""

from __future__ import annotations

from typing import Any

from pipelines.dictionary import Reference, published_tables, reference_rows
from pipelines.documentation import diagram_text, dictionary_text


def model(name: str, schema: str, folder: str, *columns: str) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "unique_id": f"model.crm.{name}",
        "schema": schema,
        "name": name,
        "fqn": ["crm", schema, *([folder] if folder else []), name],
        "description": f"One row per {name}.",
        "columns": {each: {"name": each, "data_type": "VARCHAR", "description": f"A | of {each}."} for each in columns},
    }


def check(name: str, of: str, column: str | None = None, **arguments: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "attached_node": f"model.crm.{of}",
        "column_name": column,
        "test_metadata": {"name": name, "kwargs": arguments},
    }


NODES = [
    model("dim_people", "core", "", "person_id", "name"),
    model("worth", "marts", "value", "person_id", "month", "hidden_id"),
    model("int_people__hidden", "intermediate", "", "hidden_id"),
    check("unique", "dim_people", "person_id"),
    check("not_null", "dim_people", "name"),
    check("unique_together", "worth", columns=["person_id", "month"]),
    check("relationships", "worth", "person_id", to="ref('dim_people')", field="person_id"),
    check("relationships", "worth", "hidden_id", to='ref("int_people__hidden")', field="hidden_id"),
]
MANIFEST = {"nodes": {str(at): node for at, node in enumerate(NODES)}}


def test_keys_and_references_are_those_the_tests_hold() -> None:
    people, worth = published_tables(MANIFEST)
    assert (people.name, people.folder, people.key, people.references) == ("dim_people", "", ("person_id",), ())
    assert (worth.name, worth.folder, worth.key) == ("worth", "value", ("person_id", "month"))
    assert worth.references == (
        Reference("hidden_id", "int_people__hidden", "hidden_id"),
        Reference("person_id", "dim_people", "person_id"),
    )


def test_a_published_file_knows_only_references_to_published_tables() -> None:
    rows = reference_rows(published_tables(MANIFEST))
    assert rows == [("marts", "worth", "person_id", "core", "dim_people", "person_id")]


def test_the_dictionary_keeps_a_bar_inside_its_cell() -> None:
    text = dictionary_text(published_tables(MANIFEST))
    assert "| `person_id` | varchar | A \\| of person_id. → `dim_people` |" in text
    assert "Key: `person_id`, `month`" in text


def test_a_diagram_shows_keys_and_lines_of_each_folder_and_nothing_else() -> None:
    text = diagram_text(published_tables(MANIFEST))
    worth = text.split("## marts: value")[1]
    assert "varchar person_id PK, FK" in worth
    assert "dim_people ||--o{ worth : person_id" in worth
    assert "varchar name" not in text
