"""The kinds that operators bring: their custom resource definitions."""

from tests.deploy.cluster.client import Client
from tests.deploy.container import ROOT

DEFINITIONS = ROOT / ".tools/crds"
NAMES = (
    "monitoring.coreos.com_podmonitors",
    "monitoring.coreos.com_prometheusrules",
    "monitoring.coreos.com_servicemonitors",
    "keda.sh_scaledobjects",
)
ESTABLISHED = "--for=condition=Established"


def arrive(client: Client) -> None:
    """Returns once objects of these kinds can be made."""
    files = [f"--filename={DEFINITIONS / name}.yaml" for name in NAMES]
    client.kubectl("apply", "--server-side", *files)
    client.kubectl("wait", ESTABLISHED, "--timeout=30s", *files)
