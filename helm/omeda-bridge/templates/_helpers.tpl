{{- define "omeda-bridge.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimAll "-" }}
{{- end }}

{{- /* Short enough for what is appended to it, and without the dots that a release may have. */ -}}
{{- define "omeda-bridge.fullname" -}}
{{- $name := include "omeda-bridge.name" . }}
{{- $full := .Values.fullnameOverride }}
{{- if not $full }}
{{- $full = contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- end }}
{{- $full | replace "." "-" | trunc 50 | trimAll "-" }}
{{- end }}

{{- define "omeda-bridge.checkName" -}}
{{- include "omeda-bridge.name" . | trunc 57 | trimAll "-" }}-check
{{- end }}

{{- define "omeda-bridge.selectorLabels" -}}
app.kubernetes.io/name: {{ include "omeda-bridge.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "omeda-bridge.labels" -}}
{{- include "omeda-bridge.labelsWith" (list . dict) }}
{{- end }}

{{- /* Of an object that has more of its own: each key once, whoever else gives it. */ -}}
{{- define "omeda-bridge.labelsWith" -}}
{{- $root := first . }}
{{- $labels := dict
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/part-of" (include "omeda-bridge.name" $root)
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_")
}}
{{- $common := $root.Values.commonLabels | default dict }}
{{- $selected := include "omeda-bridge.selectorLabels" $root | fromYaml }}
{{- mustMergeOverwrite $labels $common $selected (last . | default dict) | toYaml }}
{{- end }}

{{- /* What checkov would object to, and why it is so. */ -}}
{{- define "omeda-bridge.policySkips" -}}
checkov.io/skip1: CKV_K8S_11=no limit of CPU, since throttled heartbeats would make rebalances out of load
{{- if ne .Values.image.pullPolicy "Always" }}
checkov.io/skip2: CKV_K8S_15=released tags do not move, and a digest is the same image always
{{- end }}
{{- if not .Values.image.digest }}
checkov.io/skip3: CKV_K8S_43=the digest is for whoever deploys to set, as image.digest
{{- end }}
{{- end }}

{{- define "omeda-bridge.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "omeda-bridge.fullname" .) }}
{{- else }}
{{- .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "omeda-bridge.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "omeda-bridge.port" -}}
{{- dig "admin" "port" 9464 .Values.config | int }}
{{- end }}

{{- /*
Where Kafka and Omeda are reached: the ports of the policy, and with them those that the configuration
itself names. An empty list asks for none. As JSON.
*/ -}}
{{- define "omeda-bridge.egressPorts" -}}
{{- $ports := list }}
{{- range .Values.networkPolicy.kafkaPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- if .Values.networkPolicy.kafkaPorts }}
{{- range splitList "," .Values.config.kafka.bootstrap_servers }}
{{- $ports = append $ports (trim . | regexFind "[0-9]+$" | int) }}
{{- end }}
{{- end }}
{{- range .Values.networkPolicy.httpsPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- if .Values.networkPolicy.httpsPorts }}
{{- $base := dig "omeda" "base_url" "" .Values.config | default "https://ows.omeda.com" }}
{{- /* Behind a proxy nothing else is reached. */ -}}
{{- $url := dig "omeda" "proxy" "" .Values.config | default $base | urlParse }}
{{- $usual := eq $url.scheme "http" | ternary 80 443 }}
{{- $ports = append $ports (regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default $usual | int) }}
{{- end }}
{{- uniq $ports | toJson }}
{{- end }}

{{- define "omeda-bridge.hasService" -}}
{{- if or .Values.service.enabled (eq .Values.workload.kind "StatefulSet") }}yes{{ end }}
{{- end }}

{{- /* Whether something else than this chart sets the number of replicas. */ -}}
{{- define "omeda-bridge.autoscaled" -}}
{{- if or .Values.autoscaling.keda.enabled .Values.autoscaling.hpa.enabled }}yes{{ end }}
{{- end }}

{{- /*
What a stop may take: requests under way get drain_seconds (which covers omeda.timeout_seconds, the
bridge sees to that); 5 s each for a commit that is under way and for the last one; 5 s to leave the
group and close; 5 s for the pod itself. The clock of the grace period starts with SIGTERM.
*/ -}}
{{- define "omeda-bridge.gracePeriod" -}}
{{- $drain := dig "delivery" "drain_seconds" 25 .Values.config | float64 | ceil | int }}
{{- $least := add $drain 20 }}
{{- $given := .Values.workload.terminationGracePeriodSeconds }}
{{- if kindIs "invalid" $given }}
{{- $least }}
{{- else if lt (int $given) (int $least) }}
{{- fail (printf "workload.terminationGracePeriodSeconds (%d) must be at least %d: config.delivery.drain_seconds (%d), and 20 for the last commit, leaving the group and the pod's own end; a shorter one ends the process amidst its requests" (int $given) $least $drain) }}
{{- else }}
{{- int $given }}
{{- end }}
{{- end }}

{{- /*
Variables count instead of the configuration, from which probes and the grace period were made. Those
of envFrom cannot be seen here.
*/ -}}
{{- define "omeda-bridge.checkVariables" -}}
{{- $derived := list "BRIDGE__ADMIN__PORT" "BRIDGE__DELIVERY__DRAIN_SECONDS" }}
{{- if or (eq .Values.workload.kind "StatefulSet") (gt (int .Values.replicas) 1) (include "omeda-bridge.autoscaled" .) }}
{{- $derived = append $derived "BRIDGE__KAFKA__GROUP_INSTANCE_ID" }}
{{- end }}
{{- range .Values.env }}
{{- if has (upper .name) $derived }}
{{- $setting := trimPrefix "BRIDGE__" (upper .name) | replace "__" "." | lower }}
{{- fail (printf "env: %s would not reach what the chart derives from it: set it in config, as config.%s" .name $setting) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "omeda-bridge.check" -}}
{{- include "omeda-bridge.checkVariables" . }}
{{- if and .Values.autoscaling.keda.enabled .Values.autoscaling.hpa.enabled }}
{{- fail "autoscaling.keda and autoscaling.hpa are both enabled: two of them would fight over the replicas" }}
{{- end }}
{{- range $name, $scaler := .Values.autoscaling }}
{{- if and $scaler.enabled (gt (int $scaler.minReplicas) (int $scaler.maxReplicas)) }}
{{- fail (printf "autoscaling.%s.minReplicas (%d) is more than its maxReplicas (%d)" $name (int $scaler.minReplicas) (int $scaler.maxReplicas)) }}
{{- end }}
{{- end }}
{{- $protocol := dig "kafka" "security" "protocol" "PLAINTEXT" .Values.config }}
{{- if and .Values.autoscaling.keda.enabled (ne $protocol "PLAINTEXT") (not .Values.autoscaling.keda.authenticationRef) }}
{{- fail (printf "autoscaling.keda.authenticationRef is empty, and Kafka asks for %s: name a TriggerAuthentication, or KEDA cannot look at the lag" $protocol) }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not (include "omeda-bridge.hasService" .)) }}
{{- fail "serviceMonitor.enabled needs service.enabled; podMonitor.enabled needs no service" }}
{{- end }}
{{- if and (include "omeda-bridge.hasService" .) (not (regexMatch "^[a-z]" (include "omeda-bridge.fullname" .))) }}
{{- fail (printf "%s: the name of a Service begins with a letter; set fullnameOverride" (include "omeda-bridge.fullname" .)) }}
{{- end }}
{{- if eq (include "omeda-bridge.port" .) "0" }}
{{- fail "config.admin.port is 0, a port that only the process would know: probes need one that stays" }}
{{- end }}
{{- if and (eq .Values.workload.kind "StatefulSet") (dig "kafka" "group_instance_id" "" .Values.config) }}
{{- fail "config.kafka.group_instance_id: in a StatefulSet each pod has its own, made from its name; leave it out" }}
{{- end }}
{{- if and (dig "kafka" "group_instance_id" "" .Values.config) (or (gt (int .Values.replicas) 1) (include "omeda-bridge.autoscaled" .)) }}
{{- fail "config.kafka.group_instance_id must be unique for each process: use workload.kind StatefulSet for more than one replica" }}
{{- end }}
{{- $drain := dig "delivery" "drain_seconds" 25 .Values.config | float64 }}
{{- $timeout := dig "omeda" "timeout_seconds" 20 .Values.config | float64 }}
{{- $latest := subf (dig "kafka" "rebalance_timeout_seconds" 40 .Values.config | float64) 10 }}
{{- if gt $timeout $drain }}
{{- fail (printf "config.delivery.drain_seconds (%v) must be at least config.omeda.timeout_seconds (%v), or requests under way are cut off" $drain $timeout) }}
{{- end }}
{{- if gt $drain $latest }}
{{- fail (printf "config.delivery.drain_seconds (%v) must be at most config.kafka.rebalance_timeout_seconds - 10 (%v), or the group goes on before the last commit" $drain $latest) }}
{{- end }}
{{- range $index, $route := .Values.config.routes }}
{{- if not (hasKey $.Values.config.brands $route.brand) }}
{{- fail (printf "config.routes[%d].brand: %s is not under config.brands" $index $route.brand) }}
{{- end }}
{{- end }}
{{- range .Values.volumes }}
{{- if regexMatch "^(config|tmp|credentials-[0-9]+)$" .name }}
{{- fail (printf "volumes: %s is the name of a volume of the chart's own" .name) }}
{{- end }}
{{- end }}
{{- range .Values.volumeMounts }}
{{- if has (trimSuffix "/" .mountPath) (list "/etc/omeda-bridge" "/tmp") }}
{{- fail (printf "volumeMounts: the chart mounts a volume of its own at %s" .mountPath) }}
{{- end }}
{{- end }}
{{- if hasKey (.Values.podAnnotations | default dict) "checksum/config" }}
{{- fail "podAnnotations cannot hold checksum/config: the chart sets it" }}
{{- end }}
{{- range $values := list "commonLabels" "podLabels" }}
{{- range $key := list "app.kubernetes.io/name" "app.kubernetes.io/instance" }}
{{- if hasKey (index $.Values $values | default dict) $key }}
{{- fail (printf "%s cannot hold %s: pods are selected by it; nameOverride changes it" $values $key) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
