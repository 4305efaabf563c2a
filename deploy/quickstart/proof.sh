# Saying what is done, and proving it.

proven=0

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
note() { printf '   %s\n' "$*"; }

# proof TEXT COMMAND...: the step holds if the command succeeds; else the script ends. What the command writes is shown only then.
# Never redirect a proof: its own line would go the same way.
proof() {
  local text=$1
  shift
  if "$@" >"$work/proof.out"; then
    proven=$((proven + 1))
    printf '   \033[32m✓\033[0m %s\n' "$text"
  else
    cat "$work/proof.out"
    fail "$text"
  fi
}

fail() {
  printf '   \033[31m✗ %s\033[0m\n' "$1" >&2
  for log in "$work"/*.log "$work"/*/log/maillog; do
    [ -s "$log" ] || continue
    printf -- '--- %s\n' "$log" >&2
    tail -n 25 "$log" >&2
  done
  exit 1
}

# within SECONDS COMMAND...: waits until the command succeeds.
within() {
  local limit=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $limit ] || return 1
    sleep 0.2
  done
}

same() { [ "$1" = "$2" ] || { note "expected: $1"; note "found:    $2"; return 1; }; }
