# Packages, build, manager, hosts.

step_install_and_build() {
  say "Installing what is missing"
  install_missing deploy/packages.txt || fail "Packages could not be installed."
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  say "Building the manager and the native agent"
  dotnet build src/Cluster.Manager -c Release -nologo -v quiet -clp:NoSummary || fail "The manager does not build. $(packages_hint)"
  dotnet publish src/Cluster.Agent -c Release -nologo -v quiet || fail "The agent does not build. $(packages_hint)"
  mkdir "$work/bin"
  # The session runs unprivileged and must reach the program, wherever the clone is.
  install -m 755 .artifacts/publish/Cluster.Agent/release/cluster-agent "$work/bin/"
  note "agent: $(du -m "$work/bin/cluster-agent" | cut -f1) MB, no runtime needed"
}

step_start_manager() {
  say "Starting a manager with an embedded database"
  local rest_port agents_port
  rest_port=$(free_port)
  agents_port=$(free_port)
  rest=https://127.0.0.1:$rest_port
  agents=127.0.0.1:$agents_port
  mkdir -m 700 "$work/manager"
  .artifacts/bin/Cluster.Manager/release/cluster-manager run --data-dir "$work/manager" \
    --rest "127.0.0.1:$rest_port" --agents "$agents" >"$work/manager.log" 2>&1 &
  echo $! >"$work/manager.pid"
  proof "the manager is ready at $rest" within 60 manager_ready
  (umask 077; printf 'Authorization: Bearer %s\n' "$(cat "$work/manager/admin.token")" >"$work/authorization")
}

manager_ready() {
  kill -0 "$(cat "$work/manager.pid")" 2>/dev/null || fail "The manager has ended; its log says why."
  [ -s "$work/manager/admin.token" ] && curl -sf -o /dev/null --cacert "$work/manager/ca.pem" "$rest/healthz/ready"
}

step_join_two_hosts() {
  say "Two hosts with Postfix join the cluster \"demo\""
  mx_port=$(free_port)
  submission_port=$(free_port)
  https_port=$(free_port)
  local name token pin
  api POST /clusters '{"name":"demo"}' >/dev/null
  (umask 077; : >"$work/join-token")
  api POST /clusters/demo/join-tokens '{"ttl":"1h","uses":2}' >"$work/join-token"
  token=$(jq -r .token "$work/join-token")
  pin=$(jq -r .caPin "$work/join-token")
  write_nginx || fail "nginx on gw1 does not start."
  for name in gw1 gw2; do
    write_postfix "$name"
    postfix -c "$work/$name/etc" start 2>>"$work/postfix-$name.log"
    write_agent_file "$name"
    printf '%s' "$token" | agent "$name" join --manager "$agents" --ca-pin "$pin" --token-file - --name "$name" >>"$work/agent-$name.log" 2>&1 ||
      fail "$name does not join."
    start_agent "$name"
  done
  for name in gw1 gw2; do
    proof "$name is connected" within 60 machine_is "$name" connected
  done
}

step_next_steps() {
  say "Running. Ctrl-C stops and removes everything."
  note "REST     $rest/api/v1   (trust $work/manager/ca.pem)"
  note "Swagger  $rest/swagger"
  note "Token    $work/manager/admin.token"
  note "Try      curl --cacert $work/manager/ca.pem -H \"Authorization: Bearer \$(cat $work/manager/admin.token)\" $rest/api/v1/clusters/demo/machines"
  note "Host     $work/bin/cluster-agent status --state-dir $work/gw1/state --config $work/gw1/agent.json   (also check, hold, release, leave, rejoin)"
  note "Logs     $work/manager.log, $work/agent-gw1.log, $work/gw1/log/maillog"
  note "Hosts    gw1 and gw2 listen on 127.0.0.11 and 127.0.0.12, ports $mx_port (mx) and $submission_port (submission); gw1 also on $https_port (HTTPS)"
  note "Next     docs/operator-guide.md and docs/certificates.md; for their examples, in a directory of your own:"
  note "         export REST=$rest CA=$work/manager/ca.pem TOKEN=\$(cat $work/manager/admin.token)"
}
