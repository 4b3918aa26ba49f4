"""What each value of the chart may be. The schema of `config` is the bridge's own."""

from scripts.chart.kinds import (
    BOOLEAN,
    DURATION,
    KUBERNETES,
    LABEL,
    NAME,
    PORT,
    QUANTITY,
    TEXT,
    TEXTS,
    WINDOW,
    Schema,
    count,
    many,
    said,
    strict,
)
from scripts.chart.kubernetes import (
    AFFINITY,
    EGRESS,
    ENVIRONMENT,
    ENVIRONMENT_FROM,
    MOUNT,
    PEER,
    TOLERATION,
    VOLUME,
)


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
        *("The bridge's image.", "repository", "pullPolicy"),
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
        *("What runs the processes.", "kind"),
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
        ENVIRONMENT_FROM,
    ),
    "volumes": many("More volumes, as in Kubernetes.", VOLUME),
    "volumeMounts": many("Where they are mounted.", MOUNT),
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
    "affinity": AFFINITY,
    "topologySpread": strict(
        *("How replicas are spread.", "topologyKey", "maxSkew", "whenUnsatisfiable"),
        enabled=said("Whether they are.", BOOLEAN),
        topologyKey=said("Over what.", NAME),
        maxSkew=said("How unevenly at most.", count(1)),
        whenUnsatisfiable=said("As in Kubernetes.", {"enum": ["ScheduleAnyway", "DoNotSchedule"]}),
    ),
    "probes": strict(
        *("How often the process is asked.", "startup", "liveness", "readiness"),
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
        *("What a drain of nodes leaves.", "maxUnavailable"),
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
        to=many("Whereto; anywhere where empty.", PEER),
        metricsFrom=many("Wherefrom; anywhere where empty.", PEER),
        extraEgress=many("More rules, as in Kubernetes.", EGRESS),
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
        *("Off: where Omeda is the limit, more processes help nothing.", "keda", "hpa"),
        keda=strict(
            *("By lag, with KEDA.", "minReplicas", "maxReplicas", "lagThreshold"),
            *("pollingInterval", "cooldownPeriod", "scaleDownStabilizationSeconds"),
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
            *("By CPU.", "minReplicas", "maxReplicas", "targetCPUUtilizationPercentage"),
            "scaleDownStabilizationSeconds",
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
