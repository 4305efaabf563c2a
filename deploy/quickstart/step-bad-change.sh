# A change that is valid, but that one host cannot live with.

step_bad_change_is_undone() {
  say "A bad change: TLS becomes required on \"submission\", where gw2 has smtpd_tls_mandatory_protocols = nonsense"
  local rollout
  call PUT /clusters/demo/listeners/submission "$(listener_submission tls-required)" >"$work/status"
  proof "the manager takes it" [ "$(cat "$work/status")" -lt 300 ]
  rollout=$(header Cluster-Rollout)
  watch_rollout "$rollout"
  proof "the rollout failed" rollout_is failed
  machine gw2 >"$work/gw2.machine"
  proof "REST says why" jq -e '.services[0].attempted.error.message | length > 0' "$work/gw2.machine" >"$work/null"
  jq -r '.services[0].attempted.error | "   gw2: \(.code) (\(.kind)), check \(.check): \(.message)"' "$work/gw2.machine"
  proof "gw2 still runs what was good" same "$signed_serial" "$(serial_on_wire gw2 "$submission_port")"
  proof "gw2 still takes mail in clear there" grep -q '^250 2.1.0' <(mail_in_clear gw2 "$submission_port")
  proof "gw1 has the new state" grep -q '^530' <(mail_in_clear gw1 "$submission_port")

  say "Rolling back to revision $good_revision"
  api POST "/clusters/demo/revisions/$good_revision/rollback" '{}' >"$work/revision"
  watch_rollout "$(jq -r .rollout "$work/revision")"
  proof "both hosts are verified on it" rollout_is succeeded
}
