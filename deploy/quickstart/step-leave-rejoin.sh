# A host leaves and rejoins: nothing is lost, nothing is rewritten, nothing is reloaded.

layer_of_gw2() { api GET "/clusters/demo/destination-controls/partner.example.test?level=machine:gw2"; }

step_leave_and_rejoin() {
  say "gw2 leaves"
  local files reloads_before master layer bundle token
  files=$(describe_files gw2)
  reloads_before=$(reloads gw2)
  master=$(master_pid gw2)
  layer=$(layer_of_gw2)
  bundle=$(machine gw2 | jq -r .desired.bundle)

  agent gw2 leave >>"$work/agent-gw2.log" 2>&1 || fail "gw2 does not leave."
  proof "its agent has ended" within 60 agent_gone gw2
  proof "it is departed" machine_is gw2 departed
  proof "its service goes on with the same certificate" same "$signed_serial" "$(serial_on_wire gw2 "$mx_port")"
  proof "its own settings are kept, readable" same "$layer" "$(layer_of_gw2)"

  say "gw2 rejoins"
  token=$(api POST /clusters/demo/join-tokens '{"ttl":"1h"}' | jq -r .token)
  printf '%s' "$token" | agent gw2 rejoin --token-file - >>"$work/agent-gw2.log" 2>&1 || fail "gw2 does not rejoin."
  start_agent gw2
  proof "it is connected" within 60 machine_is gw2 connected
  proof "it is in sync" within 60 machine_in_sync gw2
  proof "its own settings are back, byte for byte" same "$layer" "$(layer_of_gw2)"
  proof "its effective configuration is the same bundle ${bundle:0:12}" same "$bundle" "$(machine gw2 | jq -r .desired.bundle)"
  proof "no file was rewritten" same "$files" "$(describe_files gw2)"
  proof "Postfix was neither reloaded nor restarted" same "$reloads_before $master" "$(reloads gw2) $(master_pid gw2)"
}

agent_gone() { ! kill -0 "$(cat "$work/$1/agent.pid")" 2>/dev/null; }
