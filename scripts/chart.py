"""Write the chart's schema and its README anew: `make chart`.

The schema of `config` is the bridge's own; secrets are not in it, and never stand in values.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from bridge.schema import schema

CHART = Path(__file__).parent.parent / "helm/omeda-bridge"

Schema = dict[str, Any]

BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
LABEL: Schema = {"type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$"}
"""What DNS allows, or nothing."""
DURATION: Schema = {
    "type": "string",
    "minLength": 2,
    "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
}
WINDOW: Schema = {"type": "integer", "minimum": 0, "maximum": 3600}
"""Kubernetes refuses a longer one; KEDA would take it, and scale nothing."""
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
QUANTITY: Schema = {"type": ["string", "number"]}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
KUBERNETES: Schema = {"type": "object"}
"""What Kubernetes itself holds against its own schema, when it is applied."""


def count(least: int = 0) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": least}


def said(text: str, kind: Schema) -> Schema:
    """*kind*, described."""
    return {**kind, "description": text}


def strict(text: str, *required: str, **keys: Schema) -> Schema:
    """An object with these keys and no other."""
    found: Schema = {"type": "object", "additionalProperties": False, "properties": keys}
    if required:
        found["required"] = list(required)
    return said(text, found)


def many(text: str, item: Schema) -> Schema:
    """A list."""
    return said(text, {"type": "array", "items": item})


def probe(text: str) -> Schema:
    """How often a probe asks."""
    keys = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold")
    each = {key: said("As in Kubernetes.", count(1)) for key in keys}
    each["initialDelaySeconds"] = said("As in Kubernetes.", count())
    return strict(text, **each)


def amounts(text: str) -> Schema:
    """Of CPU and memory."""
    names = ("cpu", "memory", "ephemeral-storage")
    return strict(text, **{name: said("As in Kubernetes.", QUANTITY) for name in names})


def monitor(text: str) -> Schema:
    """Of the Prometheus operator."""
    return strict(
        text,
        enabled=said("Whether there is one.", BOOLEAN),
        interval=said("How often it is scraped.", DURATION),
        scrapeTimeout=said("How long a scrape may take.", DURATION),
        labels=said("By which a Prometheus selects it.", TEXTS),
    )


ENVIRONMENT = strict(
    "", "name", name=NAME, value=TEXT, valueFrom={"type": "object", "minProperties": 1}
)
TOLERATION = strict(
    "",
    key=TEXT,
    operator={"enum": ["Exists", "Equal"]},
    value=TEXT,
    effect={"enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"]},
    tolerationSeconds=count(),
)

VALUES: dict[str, Schema] = {
    "config": {},
    "credentials": many(
        "Existing secrets, each mounted as a folder with a file for each of their keys.",
        strict(
            "",
            "secretName",
            "mountPath",
            secretName=NAME,
            mountPath={"type": "string", "pattern": "^/"},
        ),
    ),
    "image": strict(
        "The bridge's image.",
        repository=said("With its registry.", NAME),
        tag=said("The chart's appVersion where empty.", TEXT),
        digest=said(
            "Counts instead of the tag.",
            {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
        ),
        pullPolicy=said("As in Kubernetes.", {"enum": ["Always", "IfNotPresent", "Never"]}),
    ),
    "imagePullSecrets": many("By name.", strict("", "name", name=NAME)),
    "nameOverride": said("Instead of the chart's name.", LABEL),
    "fullnameOverride": said("Instead of release and chart.", LABEL),
    "commonLabels": said("On every object.", TEXTS),
    "replicas": said("Processes; left to the autoscaler where there is one.", count()),
    "workload": strict(
        "What runs the processes.",
        kind=said(
            "StatefulSet makes each pod a static member of the group.",
            {"enum": ["Deployment", "StatefulSet"]},
        ),
        terminationGracePeriodSeconds=said(
            "Null: config.delivery.drain_seconds + 20. Less is refused.",
            {"type": ["integer", "null"], "minimum": 21},
        ),
        revisionHistoryLimit=said("As in Kubernetes.", count()),
    ),
    "env": many(
        "Variables of the process; `BRIDGE__…` overrides a setting of the configuration, save those"
        " that the chart derives something from.",
        ENVIRONMENT,
    ),
    "envFrom": many(
        "As in Kubernetes. `BRIDGE__…` in it is not seen by the chart: no port, no drain.",
        KUBERNETES,
    ),
    "volumes": many("More volumes, as in Kubernetes.", {**KUBERNETES, "required": ["name"]}),
    "volumeMounts": many(
        "Where they are mounted.", {**KUBERNETES, "required": ["name", "mountPath"]}
    ),
    "resources": strict(
        "Of each process.",
        requests=amounts("What is set aside for it."),
        limits=amounts("What it may not exceed."),
    ),
    "podAnnotations": said("On every pod.", TEXTS),
    "podLabels": said("On every pod.", TEXTS),
    "priorityClassName": said("As in Kubernetes.", TEXT),
    "nodeSelector": said("As in Kubernetes.", TEXTS),
    "tolerations": many("As in Kubernetes.", TOLERATION),
    "affinity": strict(
        "As in Kubernetes.",
        nodeAffinity=KUBERNETES,
        podAffinity=KUBERNETES,
        podAntiAffinity=KUBERNETES,
    ),
    "topologySpread": strict(
        "How replicas are spread.",
        enabled=said("Whether they are.", BOOLEAN),
        topologyKey=said("Over what.", NAME),
        maxSkew=said("How unevenly at most.", count(1)),
        whenUnsatisfiable=said("As in Kubernetes.", {"enum": ["ScheduleAnyway", "DoNotSchedule"]}),
    ),
    "probes": strict(
        "How often the process is asked.",
        startup=probe("`/startupz`: the configuration was read."),
        liveness=probe("`/livez`: event loop and poll loop beat."),
        readiness=probe("`/readyz`: the group was joined, and no stop has begun."),
    ),
    "serviceAccount": strict(
        "Whose token is never mounted: the bridge asks Kubernetes nothing.",
        create=said("Whether the chart makes it.", BOOLEAN),
        name=said("Its name; the release's where empty.", TEXT),
        annotations=said("On it.", TEXTS),
    ),
    "podDisruptionBudget": strict(
        "What a drain of nodes leaves.",
        enabled=said("Whether there is one.", BOOLEAN),
        maxUnavailable=said(
            "Replicas at once, or a share.",
            {"type": ["integer", "string"], "minimum": 1, "pattern": "^[1-9][0-9]?%$|^100%$"},
        ),
    ),
    "networkPolicy": strict(
        "Out: DNS, Kafka and HTTPS. In: metrics.",
        enabled=said("Whether there is one.", BOOLEAN),
        kafkaPorts=many("Of the brokers; unless empty, those of bootstrap_servers as well.", PORT),
        httpsPorts=many(
            "Of Omeda, or of a proxy; unless empty, that of omeda.proxy or base_url as well.", PORT
        ),
        to=many("Whereto; anywhere where empty.", KUBERNETES),
        metricsFrom=many("Wherefrom; anywhere where empty.", KUBERNETES),
        extraEgress=many("More rules, as in Kubernetes.", KUBERNETES),
    ),
    "service": strict(
        "Of the metrics' port.",
        enabled=said("Whether there is one; a StatefulSet has it in any case.", BOOLEAN),
    ),
    "podMonitor": monitor("For the Prometheus operator; needs no service."),
    "serviceMonitor": monitor("For the Prometheus operator; needs the service."),
    "prometheusRule": strict(
        "The alerts of files/alerts.yaml.",
        enabled=said("Whether there is one.", BOOLEAN),
        labels=said("By which a Prometheus selects it.", TEXTS),
        runbookBaseUrl=said(
            "What stands before docs/runbooks/ in the links of alerts and dashboards.", TEXT
        ),
    ),
    "dashboards": strict(
        "Grafana's dashboards, as ConfigMaps for its sidecar.",
        enabled=said("Whether there are any.", BOOLEAN),
        labels=said("By which the sidecar finds them.", TEXTS),
        annotations=said("For example the folder.", TEXTS),
    ),
    "autoscaling": strict(
        "Off: where Omeda is the limit, more processes help nothing.",
        keda=strict(
            "By lag, with KEDA.",
            enabled=said("Whether it is used.", BOOLEAN),
            minReplicas=said("Never zero.", count(1)),
            maxReplicas=said("At most the partitions of the busiest topic.", count(1)),
            lagThreshold=said("Records of lag that one process is for.", count(1)),
            pollingInterval=said("In seconds.", count(1)),
            cooldownPeriod=said("In seconds.", count()),
            scaleDownStabilizationSeconds=said("Before one goes.", WINDOW),
            bootstrapServers=said("As the operator reaches Kafka.", TEXT),
            authenticationRef=said("A TriggerAuthentication's name.", TEXT),
        ),
        hpa=strict(
            "By CPU.",
            enabled=said("Whether it is used.", BOOLEAN),
            minReplicas=said("Never zero.", count(1)),
            maxReplicas=said("At most the partitions of the busiest topic.", count(1)),
            targetCPUUtilizationPercentage=said("Of what is requested.", count(1)),
            scaleDownStabilizationSeconds=said("Before one goes.", WINDOW),
        ),
    ),
    "extraObjects": many("More objects; templates in them are filled in.", KUBERNETES),
    "global": said("Of a parent chart; not used.", KUBERNETES),
}


def values_schema() -> Schema:
    """The whole schema of the values."""
    bridge = schema("config")
    keys = {
        **VALUES,
        "config": said("The bridge's configuration, whole.", {"$ref": bridge["$ref"]}),
    }
    return {
        "$schema": bridge["$schema"],
        "title": "omeda-bridge: values",
        **strict("", "config", **keys),
        "$defs": bridge["$defs"],
    }


def readme() -> str:
    """The chart's README, with every value."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    head = (CHART / "README.md.in").read_text().rstrip()
    rows = ["| value | default | meaning |", "|---|---|---|"]
    for name, kind in VALUES.items():
        if name in values:
            rows += _rows(name, kind, values[name])
    return "\n".join([head, "", *rows, ""])


def _rows(path: str, kind: Schema, default: object) -> list[str]:
    properties = kind.get("properties")
    if properties and isinstance(default, dict) and default:
        return [
            row
            for name, inner in properties.items()
            if name in default
            for row in _rows(f"{path}.{name}", inner, default[name])
        ]
    text = kind.get("description") or "[The bridge's configuration](../../docs/configuration.md)."
    shown = "see values.yaml" if path == "config" else f"`{json.dumps(default)}`"
    return [f"| `{path}` | {shown} | {text} |".replace("\n", " ")]


def main() -> None:
    """Write both."""
    written = json.dumps(values_schema(), indent=2, ensure_ascii=False)
    (CHART / "values.schema.json").write_text(f"{written}\n")
    (CHART / "README.md").write_text(readme())


if __name__ == "__main__":
    main()
