# A client certificate for one destination, and a sender group that asks for it.

step_client_certificate() {
  say "A client certificate: gw2 takes mail from gateways only with one, and gw1 shows one to gw2 alone"
  change_set=$(api POST /clusters/demo/change-sets '{"description":"gw2 verifies gateways"}' | jq -r .id)
  stage mail-flow-policies/tls-verified '{"tls":"required","verifyClientCertificate":true}'
  stage "listeners/mx?level=machine:gw2" "$(jq -nc --argjson port "$mx_port" '{type:"public",port:$port,hostname:"mx.example.test",certificate:"mx",
    defaultPolicy:"tls-required",senderGroups:[{name:"gateways",senders:["127.0.0.1"],policy:"tls-verified"}]}')"
  commit_staged "gw2 verifies gateways"
  send_to_gw2 before
  proof "gw2 refuses gw1, which shows none" within 60 grep -s -q 'to=<before@gw2.example.test>.*status=bounced.*Client host rejected' "$work/gw1/log/maillog"

  change_set=$(api POST /clusters/demo/change-sets '{"description":"gw1 shows a certificate to gw2"}' | jq -r .id)
  stage "destination-controls/gw2.example.test?level=machine:gw1" '{"tls":"required-verify","certificate":"mx"}'
  commit_staged "gw1 shows a certificate to gw2"
  send_to_gw2 after
  proof "gw2 takes the mail now" within 60 grep -s -q 'to=<after@gw2.example.test>.*status=sent' "$work/gw1/log/maillog"
  proof "and has verified the certificate" grep -q 'Trusted TLS connection established from' "$work/gw2/log/maillog"
}
