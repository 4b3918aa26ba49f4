"""Write every dashboard anew: `make dashboards`."""

from pathlib import Path

from scripts.dashboards.boards import BOARDS, written

FOLDER = Path(__file__).parents[2] / "helm/omeda-bridge/dashboards"

for name, board in BOARDS.items():
    (FOLDER / name).write_text(written(board))
