"""What is measured of predictions, held against counts made by hand."""

from __future__ import annotations

from typing import Any

from crawler.judging.evaluation import measure

Row = dict[str, Any]


def gold(number: int, **labels: Any) -> Row:
    plain = {
        "relevant": True,
        "topics": [],
        "new_base": False,
        "bases": [],
        "story": f"s{number}",
        "lang": "en",
    }
    return {"id": str(number)} | plain | labels


def predicted(number: int, **said: Any) -> Row:
    names = [{"name": name} for name in said.pop("topics", ())]
    return {"id": str(number), "relevant": True, "story": f"t{number}", "lang": "en", "topics": names} | said


def base(name: str = "China-Laos Joint Laboratory", **facts: Any) -> Row:
    return {"name": name, "cities": [], "date": None, "stage": "launched"} | facts


def test_a_relevant_article_without_topic_is_counted() -> None:
    rows = [gold(1), gold(2)]
    found = measure(rows, [predicted(1, topics=["health"]), predicted(2)])
    assert found["relevant_without_topic"] == 0.5


def test_a_new_base_needs_one_of_the_topics_of_bases() -> None:
    rows = [gold(1, new_base=True), gold(2, new_base=True)]
    said = [predicted(1, new_base=True, topics=["parks"]), predicted(2, new_base=True, topics=["trade"])]
    assert measure(rows, said, base_topics={"parks"})["new_base_without_topic"] == 0.5
    assert measure(rows, said)["new_base_without_topic"] == 1.0


def test_new_bases_are_counted_by_their_stage_and_near_misses_by_their_kind() -> None:
    rows = [
        gold(1, new_base=True, bases=[base(stage="planned")]),
        gold(2, new_base=True, bases=[base(stage="planned")]),
        gold(3, near_miss="visit"),
    ]
    found = measure(rows, [predicted(1, new_base=True), predicted(2), predicted(3, new_base=True)])
    assert found["new_base_by_stage"] == {"planned": {"share": 0.5, "of": 2}}
    assert found["near_misses_passed"] == {"visit": {"share": 1.0, "of": 1}}


def test_facts_are_measured_of_bases_that_were_seen() -> None:
    rows = [
        gold(1, new_base=True, bases=[base(date="2025-03-04", cities=["Vientiane", "Kunming"])]),
        gold(2, new_base=True, bases=[base("Twin Parks", date="2025-03", stage="signed")]),
        gold(3, new_base=True, bases=[base("Rice Centre")]),
        gold(4, new_base=True, bases=[base("Overlooked Park", date="2025-01-01")]),
    ]
    said = [
        predicted(
            1, new_base=True, bases=[base(date="2025-03-04", cities=["Vientiane", "Beijing"], key="a")]
        ),
        predicted(2, new_base=True, bases=[base("Twin Parks", date="2025-04-01", stage="launched", key="b")]),
        predicted(3, new_base=True, bases=[base("Rice Centre", date="2025-01-01", key="a")]),
        predicted(4),
    ]
    found = measure(rows, said)
    assert found["stage_accuracy"] == 0.667
    assert found["days"] == {
        "right": {"share": 0.5, "of": 2},
        "invented": {"share": 0.333, "of": 3},
        "missed": {"share": 0.0, "of": 2},
    }
    assert found["cities"] == {"p": 0.5, "r": 0.5, "f1": 0.5}
    assert found["names"]["exact"] == {"share": 1.0, "of": 3}
    assert found["keys"]["different bases"] == {"share": 0.667, "of": 3}


def test_reports_of_one_base_belong_under_one_key() -> None:
    rows = [gold(n, new_base=True, story="one", bases=[base()]) for n in (1, 2, 3)]
    keys = ("a", "a", "b")
    said = [
        predicted(n, new_base=True, bases=[base(key=key)]) for n, key in zip((1, 2, 3), keys, strict=True)
    ]
    assert measure(rows, said)["keys"]["same base"] == {"share": 0.333, "of": 3}
    assert measure(rows, said)["keys"]["different bases"]["share"] == 0.0


def test_names_are_counted_by_what_an_editor_would_say_of_them() -> None:
    rows = [
        gold(n, new_base=True, bases=[base("中老联合实验室", name_en="China-Laos Joint Laboratory")])
        for n in (1, 2)
    ]
    names = (
        {"name_en": "Joint Laboratory of China and Laos Opens"},
        {"name_en": "China-Laos Joint Laboratory"},
    )
    said = [
        predicted(n, new_base=True, bases=[base("中老联合实验室") | name])
        for n, name in zip((1, 2), names, strict=True)
    ]
    found = measure([{**row, "lang": "zh"} for row in rows], said)
    assert found["names"]["exact"] == {"share": 1.0, "of": 2}
    assert found["english_names"]["exact"] == {"share": 0.5, "of": 2}


def test_bounds_are_the_same_each_time_and_hold_the_figure() -> None:
    rows = [gold(n, relevant=n % 2 == 0) for n in range(40)]
    said = [predicted(n, relevant=n % 3 == 0) for n in range(40)]
    found, again = (measure(rows, said, bounds=True) for _ in range(2))
    assert found == again
    low, high = found["intervals"]["relevant"]["f1"]
    assert low < found["relevant"]["f1"] < high


def test_reports_of_one_story_are_drawn_together() -> None:
    apart = [gold(n, relevant=True) for n in range(60)]
    together = [{**row, "story": f"s{n // 20}"} for n, row in enumerate(apart)]
    said = [predicted(n, relevant=n % 60 >= 20) for n in range(60)]
    wide, narrow = (
        measure(rows, said, bounds=True)["intervals"]["relevant"]["r"] for rows in (together, apart)
    )
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_what_was_not_measured_has_no_bounds() -> None:
    found = measure([gold(1)], [predicted(1, topics=["health"])], bounds=True)
    assert "stage_accuracy" not in found["intervals"]
    assert found["stage_accuracy"] == 0
