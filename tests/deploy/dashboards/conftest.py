"""The play is given once; every test looks at the same recording of it."""

from collections.abc import Iterator

import pytest

from tests.deploy.dashboards.recording import Recording, recorded

CALM_SECONDS = 1.5


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    with recorded(tmp_path_factory.mktemp("stage"), calm_seconds=CALM_SECONDS) as recording:
        yield recording
