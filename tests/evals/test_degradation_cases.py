"""Every case is one that the service can be put into, under a profile that there is."""

from __future__ import annotations

from benchmarks.degraded_service import VARIANTS
from evals.degradation_cases import CASES


def test_every_variant_of_the_service_is_measured() -> None:
    assert {case.variant for case in CASES} == set(VARIANTS)


def test_every_case_is_compared_with_one_that_goes_without_nothing() -> None:
    by_name = {case.name: case for case in CASES}
    assert len(by_name) == len(CASES)
    for case in CASES:
        whole = by_name[case.compared] if case.compared else case
        assert (whole.variant, whole.profile) == ("level-0", case.profile)
