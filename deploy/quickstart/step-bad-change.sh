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
  proof "REST says why" has_reason "$work/gw2.machine"
  jq -r '.services[0].attempted.error | "   gw2: \(.code) (\(.kind)), check \(.check): \(.message)"' "$work/gw2.machine"
  proof "gw2 still runs what was good" same "$signed_serial" "$(serial_on_wire gw2 "$submission_port")"
  proof "gw2 still takes mail in clear there" clear_answer gw2 250
  proof "gw1 takes the new state all the same" within 60 clear_answer gw1 530

  say "Rolling back to revision $good_revision"
  api POST "/clusters/demo/revisions/$good_revision/rollback" '{}' >"$work/revision"
  watch_rollout "$(jq -r .rollout "$work/revision")"
  proof "both hosts are verified on it" rollout_is succeeded
  proof "gw1 takes mail in clear again" clear_answer gw1 250
}

has_reason() { jq -e '.services[0].attempted.error.message | length > 0' "$1" >"$work/null"; }

# clear_answer HOST CODE: what the host says to mail without TLS.
clear_answer() { grep -q "^$2 " <(mail_in_clear "$1" "$submission_port"); }
