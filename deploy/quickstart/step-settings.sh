# Settings as one change set: edited, validated, committed, watched.

stage() { api PUT "/clusters/demo/$1" "$2" -H "Change-Set: $change_set" >/dev/null; }

step_commit_settings() {
  say "Settings: TLS required on the listener, verified TLS between the gateways"
  local name
  change_set=$(api POST /clusters/demo/change-sets '{"description":"TLS between the gateways"}' | jq -r .id)
  stage mail-flow-policies/tls-required '{"tls":"required"}'
  stage mail-flow-policies/tls-preferred '{"tls":"preferred"}'
  stage listeners/mx "$(jq -nc --argjson port "$mx_port" '{type:"public",port:$port,hostname:"mx.example.test",certificate:"mx",defaultPolicy:"tls-required"}')"
  stage listeners/submission "$(listener_submission tls-preferred)"
  stage trusted-authorities/demo-root "$(jq -nc --rawfile pem "$work/demo-ca/root.pem" '{certificates:$pem,enabled:true}')"
  stage trust '{"useSystem":true,"useCustom":true}'
  for name in gw1 gw2; do stage "destination-controls/$name.example.test" '{"tls":"required-verify"}'; done
  stage "destination-controls/partner.example.test?level=machine:gw2" '{"tls":"required"}'

  api POST "/clusters/demo/change-sets/$change_set/validate" >"$work/validated"
  jq -r '.findings[] | "   · \(.severity) \(.code): \(.message)"' "$work/validated"
  note "impact: $(jq -c '.impact | {machines: (.machines | length), services: (.services | length), reloads: (.reloads | length), keysReleased: (.keysReleased | length)}' "$work/validated")"
  proof "validation reports no error" jq -e '[.findings[] | select(.severity == "error")] | length == 0' "$work/validated"
  api POST "/clusters/demo/change-sets/$change_set/commit" \
    "$(jq -c '{comment: "TLS between the gateways", acknowledge: .acknowledge}' "$work/validated")" >"$work/revision"
  good_revision=$(jq -r .number "$work/revision")
  watch_rollout "$(jq -r .rollout "$work/revision")"
  proof "revision $good_revision is live and verified on both hosts" rollout_is succeeded
}

commit_staged() {
  api POST "/clusters/demo/change-sets/$change_set/commit" "$(jq -nc --arg comment "$1" '{comment:$comment}')" >"$work/revision"
  good_revision=$(jq -r .number "$work/revision")
  watch_rollout "$(jq -r .rollout "$work/revision")"
  proof "revision $good_revision is live and verified" rollout_is succeeded
}

listener_submission() {
  jq -nc --argjson port "$submission_port" --arg policy "$1" '{type:"private",port:$port,hostname:"mx.example.test",certificate:"mx",defaultPolicy:$policy}'
}

step_show_table() {
  say "Machine × service"
  local name listener port row
  row='%-8s %-9s %-14s %-14s %-14s %-10s %-36s %s\n'
  # shellcheck disable=SC2059
  printf "   $row" machine service desired applied verified method "serial on the wire (by openssl)" revision
  for name in gw1 gw2; do
    machine "$name" >"$work/$name.machine"
    jq -r --arg serial "$(serial_on_wire "$name" "$mx_port")" '. as $m | .services[] | select(.name == "postfix") |
      [$m.name, .name, .desired.part[0:12], .applied.part[0:12], .verified.part[0:12], .verified.method, $serial, .applied.revision] | @tsv' "$work/$name.machine" |
      while IFS=$'\t' read -r -a cells; do
        # shellcheck disable=SC2059
        printf "   $row" "${cells[@]}"
      done
    for listener in mx submission; do
      port=$mx_port
      [ $listener = mx ] || port=$submission_port
      proof "$name/$listener serves the signed certificate" same "$signed_serial" "$(serial_on_wire "$name" "$port")"
    done
    proof "$name's agent saw the same leaf" same "$(sha256_on_wire "$name" "$mx_port")" "$(jq -r '.services[] | select(.name == "postfix") | .verified.sha256' "$work/$name.machine")"
  done
}
