"""What values hold of Kubernetes' own, so that a misspelt key is refused before it is applied.

Other sources of volumes than the usual ones are left to Kubernetes.
"""

from scripts.chart.kinds import (
    BOOLEAN,
    KUBERNETES,
    NAME,
    PORT,
    QUANTITY,
    TEXT,
    TEXTS,
    count,
    many,
    strict,
)

_NAMES = many("", NAME)
_EXPRESSIONS = many(
    "", strict("", "key", "operator", key=NAME, operator=TEXT, values=many("", TEXT))
)
_SELECTOR = strict("", matchLabels=TEXTS, matchExpressions=_EXPRESSIONS)

_MODE = {"type": "integer", "minimum": 0, "maximum": 0o777}
_OF_MANY = {"name": NAME, "key": NAME, "optional": BOOLEAN}
_ITEMS = many("", strict("", "key", "path", key=NAME, path=NAME, mode=_MODE))
_FILES = {"items": _ITEMS, "defaultMode": _MODE, "optional": BOOLEAN}

ENVIRONMENT = strict(
    "",
    "name",
    name=NAME,
    value=TEXT,
    valueFrom={
        "minProperties": 1,
        "maxProperties": 1,
        **strict(
            "",
            fieldRef=strict("", "fieldPath", apiVersion=TEXT, fieldPath=NAME),
            resourceFieldRef=strict(
                "", "resource", containerName=NAME, resource=NAME, divisor=QUANTITY
            ),
            configMapKeyRef=strict("", "name", "key", **_OF_MANY),
            secretKeyRef=strict("", "name", "key", **_OF_MANY),
            fileKeyRef=strict(
                *("", "volumeName", "path", "key"),
                volumeName=NAME,
                path=NAME,
                key=NAME,
                optional=BOOLEAN,
            ),
        ),
    },
)
_WHOLE = strict("", "name", name=NAME, optional=BOOLEAN)
ENVIRONMENT_FROM = strict("", prefix=TEXT, configMapRef=_WHOLE, secretRef=_WHOLE)

VOLUME = strict(
    "",
    "name",
    name=NAME,
    configMap=strict("", "name", name=NAME, **_FILES),
    secret=strict("", "secretName", secretName=NAME, **_FILES),
    emptyDir=strict("", medium=TEXT, sizeLimit=QUANTITY),
    persistentVolumeClaim=strict("", "claimName", claimName=NAME, readOnly=BOOLEAN),
    image=strict("", "reference", reference=NAME, pullPolicy=TEXT),
    hostPath=strict("", "path", path=NAME, type=TEXT),
    nfs=strict("", "server", "path", server=NAME, path=NAME, readOnly=BOOLEAN),
    **dict.fromkeys(("csi", "downwardAPI", "ephemeral", "projected"), KUBERNETES),
)
MOUNT = strict(
    *("", "name", "mountPath"),
    name=NAME,
    mountPath=NAME,
    readOnly=BOOLEAN,
    recursiveReadOnly=TEXT,
    subPath=TEXT,
    subPathExpr=TEXT,
    mountPropagation=TEXT,
)

TOLERATION = strict(
    "",
    key=TEXT,
    operator={"enum": ["Exists", "Equal"]},
    value=TEXT,
    effect={"enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"]},
    tolerationSeconds=count(),
)

_WEIGHT = {"type": "integer", "minimum": 1, "maximum": 100}
_NODES = strict("", matchExpressions=_EXPRESSIONS, matchFields=_EXPRESSIONS)
_PODS = strict(
    "",
    "topologyKey",
    topologyKey=NAME,
    labelSelector=_SELECTOR,
    namespaceSelector=_SELECTOR,
    namespaces=_NAMES,
    matchLabelKeys=_NAMES,
    mismatchLabelKeys=_NAMES,
)
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_BY_PODS = strict(
    "",
    **{
        _REQUIRED: many("", _PODS),
        _PREFERRED: many(
            "", strict("", "weight", "podAffinityTerm", weight=_WEIGHT, podAffinityTerm=_PODS)
        ),
    },
)
AFFINITY = strict(
    "As in Kubernetes.",
    nodeAffinity=strict(
        "",
        **{
            _REQUIRED: strict("", "nodeSelectorTerms", nodeSelectorTerms=many("", _NODES)),
            _PREFERRED: many(
                "", strict("", "weight", "preference", weight=_WEIGHT, preference=_NODES)
            ),
        },
    ),
    podAffinity=_BY_PODS,
    podAntiAffinity=_BY_PODS,
)

PEER = {
    "minProperties": 1,
    **strict(
        "",
        podSelector=_SELECTOR,
        namespaceSelector=_SELECTOR,
        ipBlock=strict("", "cidr", **{"cidr": NAME, "except": _NAMES}),
    ),
}
EGRESS = strict(
    "",
    to=many("", PEER),
    ports=many(
        "",
        strict(
            "",
            port={"anyOf": [PORT, NAME]},
            endPort=PORT,
            protocol={"enum": ["TCP", "UDP", "SCTP"]},
        ),
    ),
)
