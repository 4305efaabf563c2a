#!/usr/bin/env bash
# From a clone to a certificate that two real Postfix hosts serve, with every claim proven on the way.
set -u
cd "$(dirname "$0")/.." || exit 1
top=$PWD

usage() {
  cat <<'HELP'
Usage: ./deploy/quickstart.sh [--once]

Installs what is missing, builds, and starts a manager and two hosts on loopback: two private Postfix instances with an
agent each, and an nginx on the first. Then it shows the main job: a certificate from a signing request to the handshake, the
HTTPS certificate of a management interface, a client certificate for one destination, leave and rejoin, and a bad change that the host itself undoes. Keeps running until Ctrl-C.

  --once   ends after the proof and removes everything; exit code 0 only if every step was proven

Needs Debian 12, the .NET SDK 10, and root or sudo. It listens on 127.0.0.0/8 only and keeps everything in a directory of its own.
HELP
}

once=no
for argument in "$@"; do
  case $argument in
    --once) once=yes ;;
    -h|--help) usage; exit 0 ;;
    *) printf 'Unknown option: %s\n\n' "$argument" >&2; usage >&2; exit 2 ;;
  esac
done

. deploy/debian-packages.sh
need_dotnet
become_root "$top/deploy/quickstart.sh" "$@"
for part in proof rest hosts demo-ca; do . "deploy/quickstart/$part.sh"; done
for part in prepare certificate settings interface message client leave-rejoin bad-change; do . "deploy/quickstart/step-$part.sh"; done

work=$(mktemp -d "${TMPDIR:-/tmp}/cluster-quickstart-XXXXXX")
chmod 755 "$work"
trap 'trap - EXIT INT TERM; stop_everything; exit 130' INT TERM
trap 'code=$?; trap - EXIT; stop_everything; exit $code' EXIT

step_install_and_build
step_start_manager
step_join_two_hosts
step_create_and_sign_certificate
step_commit_settings
step_show_table
step_serve_interface
step_send_message
step_client_certificate
step_leave_and_rejoin
step_bad_change_is_undone
say "Proven: $proven steps in $SECONDS s."

if [ $once = no ]; then
  step_next_steps
  while :; do sleep 3600 & waiting=$!; wait $waiting; done
fi
