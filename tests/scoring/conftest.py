from collections.abc import Iterator

import pytest

from tests.scoring.small_village import SmallVillage, small_village


@pytest.fixture
def qingshan() -> Iterator[SmallVillage]:
    with small_village() as village:
        yield village
