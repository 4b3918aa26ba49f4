# The same base for both stages: the virtual environment links to its interpreter. Pin it by digest
# for a build that can be repeated: --build-arg BASE=python:3.13-slim-trixie@sha256:...
ARG BASE=python:3.13-slim-trixie

# checkov:skip=CKV_DOCKER_7: the tag, or digest, is that of the argument above
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_COMPILE=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# The modules that every record passes are compiled: hatch_build.py.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*

# `otel` instead of `run` adds what tracing needs: docs/tracing.md.
ARG REQUIREMENTS=run
# Dependencies alone, so that a change of the code leaves this layer as it is. Every file is held
# against its hash. The environment that is shipped has no pip in it.
COPY requirements/build.txt requirements/run.txt requirements/otel.txt requirements/
RUN python3 -m venv /build \
 && python3 -m venv --without-pip /opt/omeda-bridge \
 && /build/bin/pip install --require-hashes -r requirements/build.txt \
 && /build/bin/pip --python /opt/omeda-bridge/bin/python \
      install --require-hashes -r "requirements/${REQUIREMENTS}.txt"

COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY bridge bridge
# Bytecode too, since nobody may write there later; by hash, so that no file's time matters.
RUN OMEDA_BRIDGE_COMPILE=always /build/bin/hatchling build --target wheel --directory /dist \
 && /build/bin/pip --python /opt/omeda-bridge/bin/python install --no-deps --no-index /dist/*.whl \
 && /opt/omeda-bridge/bin/python -m compileall -q --invalidation-mode unchecked-hash \
      /opt/omeda-bridge

FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="omeda-bridge" \
      org.opencontainers.image.description="Delivers events from Kafka to Omeda: at least once, in order for each customer." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /opt/omeda-bridge /opt/omeda-bridge
ENV PATH=/opt/omeda-bridge/bin:${PATH} \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A user without a name, a home or a shell.
USER 65532:65532
WORKDIR /
EXPOSE 9464
STOPSIGNAL SIGTERM
# For compose, at the default port or that of the environment; Kubernetes has probes of its own.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('BRIDGE__ADMIN__PORT', '9464') + '/livez', timeout=2)"]
ENTRYPOINT ["/opt/omeda-bridge/bin/omeda-bridge"]
CMD ["run", "--config", "/etc/omeda-bridge/bridge.yaml"]
