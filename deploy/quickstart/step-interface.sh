# A management interface: the HTTPS certificate that nginx on gw1 serves.

step_serve_interface() {
  say "A management interface on gw1: nginx serves certificate \"admin\", TLS 1.2 at least"
  proof "before, nginx serves what its administrator has" same "fallback.invalid" "$(name_on_interface)"
  api POST /clusters/demo/certificates '{"name":"admin","subject":{"commonName":"gw1-admin.example.test"},
    "dnsNames":["gw1-admin.example.test"],"key":{"algorithm":"ec","curve":"P-256"},"validFor":"30d"}' >"$work/certificate"
  change_set=$(api POST /clusters/demo/change-sets '{"description":"HTTPS of the management interface"}' | jq -r .id)
  stage interfaces/management "$(jq -nc --argjson port "$https_port" '{hostname:"gw1-admin.example.test",port:$port,httpsCertificate:"admin"}')"
  stage tls-protocols '{"https":{"minimum":"tls1.2"}}'
  commit_staged "HTTPS of the management interface"
  proof "nginx serves it to a client of openssl" same "gw1-admin.example.test" "$(name_on_interface)"
  machine gw1 >"$work/gw1.machine"
  proof "the agent saw it by handshake" jq -e '.services[] | select(.name == "web") | .verified.method == "wire"' "$work/gw1.machine"
}

name_on_interface() {
  openssl s_client -connect "$(address_of gw1):$https_port" -servername gw1-admin.example.test </dev/null 2>/dev/null |
    openssl x509 -noout -subject -nameopt multiline 2>/dev/null | sed -n 's/^ *commonName *= //p'
}
