"""Write both anew: `make chart`."""

import json

from scripts.chart.written import CHART, readme, values_schema

if __name__ == "__main__":
    schema = json.dumps(values_schema(), indent=2, ensure_ascii=False)
    (CHART / "values.schema.json").write_text(f"{schema}\n")
    (CHART / "README.md").write_text(readme())
