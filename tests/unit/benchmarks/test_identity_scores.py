"""The scores of a clustering, against cases counted by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.benchmarks.identity.evaluate import Score, score, score_of_several, scores_over_thresholds

# a, b and c are one customer, d and e another, f a third
TRUTH = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2", "f": "3"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table truth (record_key varchar, entity_id varchar)")
        connection.executemany("insert into truth values (?, ?)", list(TRUTH.items()))
        connection.execute("create table clusters (record_key varchar, cluster integer)")
        connection.execute("create table links (record_key varchar, other_record_key varchar, probability double)")
        yield connection


def clustered(connection: duckdb.DuckDBPyConnection, *clusters: str) -> Score:
    """Return the score of clusters given as words: each letter is a record."""
    rows = [(record, number) for number, cluster in enumerate(clusters) for record in cluster]
    connection.executemany("insert into clusters values (?, ?)", rows)
    return score(connection, "clusters", "truth")


def test_the_true_clusters_score_one(connection: duckdb.DuckDBPyConnection) -> None:
    found = clustered(connection, "abc", "de", "f")
    assert (found.true_pairs, found.found_pairs, found.right_pairs) == (4, 4, 4)
    assert (found.precision, found.recall, found.f1, found.bcubed_f1) == (1, 1, 1, 1)


def test_a_split_and_a_wrong_merge_are_counted_by_pair(connection: duckdb.DuckDBPyConnection) -> None:
    # found: ab, cd, ce, de; right: ab, de; true: ab, ac, bc, de
    found = clustered(connection, "ab", "cde", "f")
    assert (found.true_pairs, found.found_pairs, found.right_pairs) == (4, 4, 2)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)


def test_bcubed_is_the_mean_over_records(connection: duckdb.DuckDBPyConnection) -> None:
    found = clustered(connection, "abcd", "ef")
    # precision: a, b and c 3/4, d 1/4, e and f 1/2; recall: a, b, c and f 1, d and e 1/2
    precision, recall = (3 * 3 / 4 + 1 / 4 + 2 * 1 / 2) / 6, (4 + 2 * 1 / 2) / 6
    assert found.bcubed_precision == pytest.approx(precision)
    assert found.bcubed_recall == pytest.approx(recall)
    assert found.bcubed_f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_record_in_no_cluster_stands_alone(connection: duckdb.DuckDBPyConnection) -> None:
    found = clustered(connection, "ab")
    assert (found.found_pairs, found.right_pairs, found.precision, found.recall) == (1, 1, 1, 0.25)


def test_records_that_the_truth_does_not_know_count_for_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    found = clustered(connection, "abcxyz", "de", "f")
    assert (found.found_pairs, found.precision, found.recall) == (4, 1, 1)


def test_nothing_found_is_precise_and_useless(connection: duckdb.DuckDBPyConnection) -> None:
    found = clustered(connection, "a", "b", "c", "d", "e", "f")
    assert (found.precision, found.recall, found.f1) == (1, 0, 0)


def test_a_record_in_two_clusters_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ValueError, match="a more than once"):
        clustered(connection, "ab", "ac")


def test_a_lower_threshold_joins_more_through_others(connection: duckdb.DuckDBPyConnection) -> None:
    links = [("a", "b", 0.99), ("b", "c", 0.7), ("c", "d", 0.4), ("d", "e", 0.9)]
    connection.executemany("insert into links values (?, ?, ?)", links)
    found = scores_over_thresholds(connection, "links", "truth", (0.95, 0.9, 0.7, 0.4))
    counts = {at: (each.found_pairs, each.right_pairs) for at, each in found.items()}
    # at 0.4 all but f are one: ten pairs, four of them true
    assert counts == {0.95: (1, 1), 0.9: (2, 2), 0.7: (4, 4), 0.4: (10, 4)}


def test_a_shared_mailbox_is_true_with_each_of_its_family(connection: duckdb.DuckDBPyConnection) -> None:
    # m is the mailbox of customers 1 and 2: true are ab, ac, bc, am, bm, cm, de, dm and em
    connection.executemany("insert into truth values ('m', ?)", [["1"], ["2"]])
    rows = [(record, number) for number, cluster in enumerate(("abm", "de", "cf")) for record in cluster]
    connection.executemany("insert into clusters values (?, ?)", rows)
    found = score_of_several(connection, "clusters", "truth")
    # found are ab, am, bm, de and cf
    assert (found.true_pairs, found.found_pairs, found.right_pairs) == (9, 5, 4)


def test_records_that_were_not_clustered_are_left_out_where_truth_is_several(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("insert into clusters values ('a', 1), ('b', 1)")
    found = score_of_several(connection, "clusters", "truth")
    assert (found.true_pairs, found.found_pairs, found.right_pairs) == (1, 1, 1)
