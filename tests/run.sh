#!/usr/bin/env bash
# Installs what is missing, builds, and runs all tests. Ends with one line: N passed, N failed, N skipped.
set -u
cd "$(dirname "$0")/.."
top=$PWD

usage() {
  cat <<'HELP'
Usage: ./tests/run.sh [--full] [--no-build] [--only WORD]... [-- XUNIT-OPTION...]

  --full        adds the tests marked Category=Full (whole matrices, every driver with every fault; up to 75 minutes) and the linters
                of the OpenAPI document and of the agent protocol (tests/lint/run.sh)
  --figures     measures instead of testing, and writes docs/figures.md
  --no-build    runs what was built before
  --only WORD   only test projects whose name contains WORD, for example --only Domain; may be repeated
  --            everything after it goes to each test program, for example: -- -class '*LeaveTests'

Needs Debian 12, the .NET SDK 10, and root or sudo. PostgreSQL: Debian's server is started on loopback, unless CLUSTER_TEST_POSTGRES
holds a connection string, or "container" or "container:IMAGE" for one that a Docker engine runs.
HELP
}

wrong() {
  printf '%s\n\n' "$1" >&2
  usage >&2
  exit 2
}

full=no figures=no build=yes only=() pass=()
while [ $# -gt 0 ]; do
  case $1 in
    --full) full=yes ;;
    --figures) figures=yes ;;
    --no-build) build=no ;;
    --only) [ $# -gt 1 ] || wrong "--only needs a word."; only+=("$2"); shift ;;
    --) shift; pass=("$@"); break ;;
    -h|--help) usage; exit 0 ;;
    *) wrong "Unknown option: $1" ;;
  esac
  shift
done

wanted() {
  [ ${#only[@]} != 0 ] || return 0
  local word
  for word in "${only[@]}"; do [[ $1 == *"$word"* ]] && return 0; done
  return 1
}

suites=()
for project in tests/*/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  if wanted "$name"; then suites+=("$name"); fi
done
[ ${#suites[@]} != 0 ] || wrong "No test project is named like that. There are: $(cd tests && echo *.Tests)"

. deploy/debian-packages.sh
need_dotnet
again=("$top/tests/run.sh")
[ $full = no ] || again+=(--full)
[ $figures = no ] || again+=(--figures)
[ $build = yes ] || again+=(--no-build)
for word in ${only[@]+"${only[@]}"}; do again+=(--only "$word"); done
[ ${#pass[@]} = 0 ] || again+=(-- "${pass[@]}")
become_root "${again[@]}"

passed=0 failed=0 skipped=0 work='' postgres_data='' native='' beside='' problems=() compiler=cluster-tests-$$
say() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }

finish() {
  trap - EXIT INT TERM
  [ -z "$native" ] || kill "$native" 2>/dev/null
  [ -z "$beside" ] || { kill -INT -- "-$beside" 2>/dev/null; end_beside; }
  stop_compiler
  stop_postgres
  [ -z "$work" ] || rm -rf "$work"
  give_back "$top/.artifacts" 2>/dev/null
  for problem in ${problems[@]+"${problems[@]}"}; do echo "$problem"; done
  [ $((passed + failed)) -gt 0 ] || { echo "No test ran."; failed=1; }
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
  exit
}

stop_postgres() {
  [ -n "$postgres_data" ] && [ -f "$postgres_data/postmaster.pid" ] || return 0
  local pid
  pid=$(head -n 1 "$postgres_data/postmaster.pid")
  kill -INT "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# The compiler server of this run, by its name; it would end by itself after ten minutes.
stop_compiler() {
  local pid
  for pid in $(pgrep -f "VBCSCompiler.*pipename:$compiler( |\$)"); do kill "$pid" 2>/dev/null; done
}

give_up() {
  problems+=("$1")
  failed=$((failed + 1))
  finish
}

trap 'problems+=("Interrupted."); failed=$((failed + 1)); finish' INT TERM
trap finish EXIT

build_all() {
  # One compiler for all projects takes a third of the time of a new one for each.
  export UseSharedCompilation=true SharedCompilationId=$compiler
  local quick=(-p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -nologo -v quiet)
  say "Building the solution"
  dotnet build Cluster.sln -nologo -v quiet -clp:NoSummary || give_up "The solution does not build. $(packages_hint)"
  # That build has analysed the same sources; the compiler of the native agent gives its own warnings.
  say "Publishing the native agent, and building manager and agent with failpoints"
  dotnet publish src/Cluster.Agent -c Release "${quick[@]}" &
  native=$!
  for project in Cluster.Manager Cluster.Agent; do
    dotnet build "src/$project" -p:Failpoints=true "${quick[@]}" -clp:NoSummary || give_up "$project does not build with failpoints. $(packages_hint)"
  done
  wait "$native" || give_up "The native agent does not publish without warnings. $(packages_hint)"
  native=''
  stop_compiler
}

start_postgres() {
  local bin port as=()
  if [ -n "${CLUSTER_TEST_POSTGRES:-}" ]; then
    echo "Using the PostgreSQL of CLUSTER_TEST_POSTGRES."
    return 0
  fi
  bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -x "$bin/initdb" ] || { echo "No PostgreSQL server binaries."; return 1; }
  postgres_data=$work/postgres
  mkdir "$postgres_data"
  chown postgres: "$postgres_data"
  as=(runuser -u postgres --)
  port=$(free_port)
  (
    cd /
    "${as[@]}" "$bin/initdb" -D "$postgres_data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; exit 1; }
    "${as[@]}" "$bin/pg_ctl" -D "$postgres_data" -s -w -t 60 -l "$postgres_data/log" \
      -o "-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories=$postgres_data -c fsync=off -c max_connections=200" start
  ) || return 1
  export CLUSTER_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    ss -Hltn "sport = :$port" | grep -q . || { echo "$port"; return; }
  done
}

run_tests() {
  local name=$1 program=$top/.artifacts/bin/$1/debug/$1 report=$work/$1.json code filter=() plain=0
  say "$name"
  [ $full = yes ] || filter=(-trait- Category=Full)
  # Where managers start again and again, compiling is most of the work: it is done without optimising, which costs a fifth less processor time.
  # Where keys are made and parsed again and again it would cost more than it saves.
  case $name in Cluster.Manager.Tests|Cluster.Storage.Tests|Cluster.Client.Tests|Cluster.EndToEnd.Tests) plain=1 ;; esac
  if [ ! -x "$program" ]; then
    problems+=("$name: not built; leave out --no-build."); failed=$((failed + 1)); return
  fi
  # In the foreground, so that Ctrl-C reaches the tests, which then end what they started.
  DOTNET_JITMinOpts=$plain timeout --foreground --kill-after=30 $([ $full = yes ] && echo 70m || echo 35m) \
    "$program" -noColor -noLogo -noAutoReporters -reporter quiet "${filter[@]}" -result-ctrf "$report" ${pass[@]+"${pass[@]}"}
  code=$?
  count "$name" "$report" $code
}

# Test programs beside the others, in a process group of its own, which can be interrupted as Ctrl-C interrupts the others.
start_beside() {
  say "$* (beside the others; what they say comes at their end)"
  set -m
  (
    set +m
    passed=0 failed=0 skipped=0 problems=()
    for name in "$@"; do run_tests "$name"; done
    printf '%s\n' "$passed $failed $skipped" ${problems[@]+"${problems[@]}"} >"$work/beside.result"
  ) </dev/null >"$work/beside.out" 2>&1 &
  beside=$!
  set +m
}

end_beside() {
  local ok=0 bad=1 idle=0 found=()
  [ -n "$beside" ] || return 0
  wait "$beside"
  beside=''
  cat "$work/beside.out"
  found=("A test program was interrupted.")
  if [ -s "$work/beside.result" ]; then
    read -r ok bad idle <"$work/beside.result"
    mapfile -t -s 1 found <"$work/beside.result"
  fi
  problems+=(${found[@]+"${found[@]}"})
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + idle))
}

count() {
  local name=$1 report=$2 code=$3 ok=0 bad=0 idle=0 failure
  if [ -s "$report" ]; then
    read -r ok bad idle < <(jq -r '.results | "\(.summary.passed) \(.summary.failed + ([.extra.suites[].errors | length] | add // 0)) \(.summary.skipped + .summary.pending)"' "$report")
    # Once more at the end, where nobody has to look for them.
    while IFS= read -r failure; do problems+=("$name: $failure"); done < <(jq -r "$failures" "$report")
  fi
  if [ "$code" != 0 ] && [ "$bad" = 0 ] && { [ ! -s "$report" ] || [ ${#pass[@]} = 0 ]; }; then
    problems+=("$name: ended with exit code $code."); bad=1
  fi
  echo "$name: $ok passed, $bad failed, $idle skipped"
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + idle))
}

# Each linter counts as one test.
run_linters() {
  local check
  say "Linters of the OpenAPI document and of the agent protocol"
  if ! tests/lint/run.sh install; then
    problems+=("Linters: not installed."); failed=$((failed + 1)); return
  fi
  for check in redocly spectral buf-lint buf-breaking; do
    if tests/lint/run.sh "$check"; then passed=$((passed + 1)); else problems+=("Linter $check: see above."); failed=$((failed + 1)); fi
  done
}

failures='.results | (.tests[] | select(.status == "failed") | "\(.name): \(.message // "")"), (.extra.suites[].errors[] | tostring) | gsub("\\s+"; " ") | .[:600]'

install_missing tests/packages.txt || give_up "Packages could not be installed."
if [ $full = yes ] && ! command -v npm >/dev/null; then install_missing tests/lint/packages.txt || give_up "Packages could not be installed."; fi
work=$(mktemp -d)
chmod 755 "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ $full = no ] || export CLUSTER_TEST_FULL=1
[ $build = no ] || build_all
say "Starting PostgreSQL"
start_postgres || give_up "PostgreSQL does not start."

if [ $figures = yes ]; then
  trap - EXIT
  "$top/.artifacts/bin/Cluster.Benchmarks/debug/Cluster.Benchmarks" >"$work/figures.md" && cp "$work/figures.md" docs/figures.md
  code=$?
  stop_postgres
  rm -rf "$work"
  exit $code
fi

[ $full = no ] || [ ${#only[@]} != 0 ] || run_linters
# Tests start many programs that live for seconds: they are compiled once, not watched in order to be compiled better.
export DOTNET_TieredPGO=0
# Two at a time: the end-to-end tests take longest and mostly wait for other programs.
first=() second=()
for name in "${suites[@]}"; do
  case $name in Cluster.EndToEnd.Tests|Cluster.Pki.Tests) second+=("$name") ;; *) first+=("$name") ;; esac
done
if [ ${#second[@]} != 0 ] && [ ${#first[@]} != 0 ]; then start_beside "${second[@]}"; else first=("${suites[@]}"); fi
for name in "${first[@]}"; do
  run_tests "$name"
  # REST and agents on the other database, too.
  if [ $full = yes ] && [ "$name" = Cluster.Manager.Tests ]; then CLUSTER_TEST_MANAGERS_ON=postgresql run_tests "$name"; fi
done
end_beside
finish
