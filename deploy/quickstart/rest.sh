# REST as any automation would use it: curl and jq.

# api METHOD PATH [BODY] [CURL-OPTION...]: prints the answer's body; the script ends on a status of 400 or more.
api() {
  local method=$1 path=$2 body=${3:-}
  shift $(($# > 3 ? 3 : $#))
  local status
  status=$(call "$method" "$path" "$body" "$@")
  if [ "$status" -ge 400 ] || [ "$status" -lt 200 ]; then
    note "$method $path answered $status:" >&2
    jq . "$work/answer" >&2 2>/dev/null || cat "$work/answer" >&2
    kill -TERM $$
    exit 1
  fi
  cat "$work/answer"
}

# call METHOD PATH [BODY] [CURL-OPTION...]: prints the status; headers and body are in $work/headers and $work/answer.
call() {
  local method=$1 path=$2 body=${3:-}
  shift $(($# > 3 ? 3 : $#))
  local data=()
  [ -z "$body" ] || data=(-H 'Content-Type: application/json' --data-binary "$body")
  (umask 077; : >"$work/answer")
  curl -s -o "$work/answer" -D "$work/headers" -w '%{http_code}' --max-time 100 --cacert "$work/manager/ca.pem" \
    -H @"$work/authorization" -X "$method" ${data[@]+"${data[@]}"} "$@" "$rest/api/v1$path"
}

header() { tr -d '\r' <"$work/headers" | sed -n "s/^$1: *//Ip" | tail -n 1; }
machine() { api GET "/clusters/demo/machines/$1"; }
machine_is() { [ "$(machine "$1" | jq -r .state)" = "$2" ]; }
machine_in_sync() { [ "$(machine "$1" | jq -r .inSync)" = true ]; }

# Prints each machine's progress when it changes, until the rollout ends; the script goes on whatever the end is.
watch_rollout() {
  local id=$1 before='' now state limit=$((SECONDS + 180))
  while [ $SECONDS -lt $limit ]; do
    api GET "/clusters/demo/rollouts/$id" >"$work/rollout"
    now=$(jq -r '.machines[] | "\(.name): \(.state)\(if .error then " – " + (.error | if type == "object" then .message else tostring end) else "" end)"' "$work/rollout")
    if [ "$now" != "$before" ]; then
      diff <(printf '%s\n' "$before") <(printf '%s\n' "$now") | sed -n 's/^> /   · /p'
      before=$now
    fi
    state=$(jq -r .state "$work/rollout")
    case $state in queued|running|paused) ;; *) note "rollout of revision $(jq -r .revision "$work/rollout"): $state"; return 0 ;; esac
    sleep 0.3
  done
  fail "The rollout does not end."
}
rollout_is() { same "$1" "$(jq -r .state "$work/rollout")"; }
