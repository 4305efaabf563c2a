#!/usr/bin/env bash
# Linters of docs/openapi/v1.json and of protos/. Installs them first, in the versions of package-lock.json.
set -u
cd "$(dirname "$0")/../.."
top=$PWD
bin=$top/tests/lint/node_modules/.bin
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_UPDATE_NOTIFIER=1 SCARF_ANALYTICS=false

usage() {
  cat <<'HELP'
Usage: ./tests/lint/run.sh [CHECK...]

  install        installs the linters when package-lock.json has changed; every check does it by itself
  redocly        the OpenAPI document, by the rules of .redocly.yaml
  spectral       the OpenAPI document, by the rules of .spectral.yaml
  buf-lint       the agent protocol, by the rules of protos/buf.yaml
  buf-breaking   whether the agent protocol still fits what protos/baseline.binpb describes
  new-baseline   writes protos/baseline.binpb anew: the state of now is the one to keep to

Without a CHECK: redocly, spectral, buf-lint and buf-breaking. Needs Node 18.18 or newer, and npm.
HELP
}

ensure() {
  local done=$top/tests/lint/node_modules/.installed
  [ -x "$bin/buf" ] && cmp -s tests/lint/package-lock.json "$done" && return 0
  command -v npm >/dev/null || { echo "npm is needed: install the Debian packages nodejs and npm."; return 1; }
  # No scripts of packages run: the binaries come as packages of their own.
  (cd tests/lint && npm ci --ignore-scripts --no-progress --loglevel=error) || {
    echo "The linters could not be installed: the npm registry must be reachable, https_proxy set if there is a proxy."
    return 1
  }
  cp tests/lint/package-lock.json "$done"
}

check() {
  case $1 in
    install) ;;
    redocly) "$bin/redocly" lint --config .redocly.yaml docs/openapi/v1.json ;;
    spectral) "$bin/spectral" lint --ruleset .spectral.yaml --fail-severity hint docs/openapi/v1.json ;;
    buf-lint) (cd protos && "$bin/buf" lint) ;;
    buf-breaking) (cd protos && "$bin/buf" breaking --against baseline.binpb) ;;
    new-baseline) (cd protos && "$bin/buf" build -o baseline.binpb) ;;
    *) usage >&2; return 2 ;;
  esac
}

case ${1:-} in -h|--help) usage; exit 0 ;; esac
[ $# -gt 0 ] || set -- redocly spectral buf-lint buf-breaking
ensure || exit 1
failed=0
for name in "$@"; do
  output=$(check "$name" 2>&1)
  code=$?
  if [ $code = 0 ]; then echo "$name: ok"; continue; fi
  printf '%s\n%s: failed\n' "$output" "$name"
  failed=1
done
exit $failed
