"""Why a job is left out, and what would change that."""

from typing import Any

import pytest

from solver import Limits, Problem, solve
from tests.solver.problems import HOUR, document, job, second, shift, technician

WOOD = {"skills": [{"skill": "wood"}]}
TEN = 10 * HOUR


def reasons(given: dict[str, Any], name: str = "j1") -> list[dict[str, Any]]:
    plan = solve(Problem.from_dict(given), Limits(seconds=20, iterations=20))
    return next([dict(r) for r in one.reasons] for one in plan.unassigned if one.job == name)


CASES = {
    "nobody-qualified": document(job(**WOOD)),
    "certificate-expired": document(
        job(**WOOD), technicians=[technician(skills=[{"skill": "wood", "until": 9 * HOUR}])]
    )
    | {"jobs": [job(**WOOD, windows=[[TEN, TEN]])]},
    "excluded": document(job(never=["t1"])),
    "no-shift": document(job(windows=[[40 * HOUR, 41 * HOUR]])),
    "window-too-narrow": document(job(windows=[[8 * HOUR, 8 * HOUR + 60]])),
    "limit": document(job(), technicians=[technician(shifts=[shift(max_jobs=0)])]),
    "crew-incomplete": document(job(crew=[{"skills": []}, {"skills": []}])),
    "tool-missing": document(job(tools=["drill"])),
    "part-missing": document(job(parts={"valve": 1})),
    "link-left-out": document(job(after=[{"job": "j0"}]), job(id="j0", only=[])),
    "not-worth-it": document(job(penalty=10)),
    "crowded-out": document(
        job(windows=[[TEN, TEN]]), job(id="j0", windows=[[TEN, TEN]], penalty=2_000_000)
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_the_reason_is(code: str) -> None:
    assert code in {reason["code"] for reason in reasons(CASES[code])}


def test_a_narrow_window_tells_the_nearest_second() -> None:
    (told,) = [r for r in reasons(CASES["window-too-narrow"]) if "nearest" in r]

    assert told["nearest"] == 8 * HOUR + 600
    assert told["remedy"]["kind"] == "window"


def test_overtime_that_would_help_is_priced_and_named() -> None:
    given = document(job(), technicians=[technician(shifts=[shift(end=9 * HOUR)])])

    told = reasons(given)

    assert {"limit", "overtime"} == {told[0]["code"], told[0]["which"]}
    assert told[0]["technicians"] == ["t1"]
    assert told[0]["remedy"] == {
        "kind": "overtime",
        "start": 8 * HOUR + 600,
        "technicians": ["t1"],
        "seconds": 1200,
        "cost": 2400.0,
    }


def test_who_crowds_a_job_out_is_named_with_the_price_of_displacing() -> None:
    told = next(r for r in reasons(CASES["crowded-out"]) if r["code"] == "crowded-out")

    assert told["by"] == ["j0"]
    assert told["remedy"]["kind"] == "displace"
    assert told["remedy"]["cost"] == pytest.approx(2_000_000)


def test_a_job_not_worth_its_way_tells_its_cost() -> None:
    (told,) = reasons(CASES["not-worth-it"])

    assert told["cost"] == 1200


def test_a_missing_certificate_is_worth_so_much() -> None:
    (told,) = reasons(CASES["nobody-qualified"])

    assert told["skills"] == ["wood"]
    assert told["remedy"]["kind"] == "certificate"
    assert told["remedy"]["cost"] == 1200


def test_the_cheapest_remedy_comes_first() -> None:
    given = document(
        *[job(id=f"j{i}", duration=3 * HOUR, penalty=10_000 + i) for i in range(1, 5)],
        technicians=[technician(), second()],
    )
    for left_out in solve(Problem.from_dict(given), Limits(iterations=20)).unassigned:
        prices = [r["remedy"]["cost"] for r in left_out.reasons if "remedy" in r]
        assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("no-shift", "window"),
        ("tool-missing", "part"),
        ("part-missing", "part"),
        ("certificate-expired", "certificate"),
    ],
)
def test_what_would_help_is_said_with_its_price(code: str, kind: str) -> None:
    remedies = [r["remedy"] for r in reasons(CASES[code]) if r["code"] == code]

    assert [remedy["kind"] for remedy in remedies] == [kind]
    assert remedies[0]["cost"] == 1200
    assert remedies[0]["technicians"] == ["t1"]


def test_a_certificate_for_who_is_free_may_be_cheaper_than_displacing() -> None:
    ten = {"windows": [[TEN, TEN]], "skills": [{"skill": "wood"}]}
    holder, free = technician(skills=[{"skill": "wood"}]), second()
    given = document(
        job(**ten), job(id="j0", **ten, penalty=2_000_000), technicians=[holder, free]
    )

    told = next(r for r in reasons(given) if r["code"] == "crowded-out")

    assert told["remedy"]["kind"] == "certificate"
    assert told["remedy"]["technicians"] == ["t2"]
    assert told["remedy"]["skills"] == ["wood"]
