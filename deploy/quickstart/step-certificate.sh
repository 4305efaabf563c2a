# A certificate: key and request in the manager, signed outside, uploaded in any order.

step_create_and_sign_certificate() {
  say "A certificate \"mx\": created with its signing request, signed by an authority with an intermediate"
  api POST /clusters/demo/certificates '{"name":"mx","subject":{"organization":"Example","commonName":"mx.example.test"},
    "dnsNames":["mx.example.test","gw1.example.test","gw2.example.test"],"key":{"algorithm":"ec","curve":"P-256"},"validFor":"30d"}' >"$work/certificate"
  note "created: $(jq -r '.source' "$work/certificate"), key of its own, signing request $(jq -r .signingRequest "$work/certificate")"
  api GET /clusters/demo/certificates/mx/signing-request '' -H 'Accept: application/x-pem-file' >"$work/mx.csr"
  proof "openssl accepts the signing request" request_verifies
  make_demo_ca || fail "The demonstration's authority could not be made."
  sign_request "$work/mx.csr" "$work/mx.pem" || fail "The request could not be signed."
  signed_serial=$(openssl x509 -in "$work/mx.pem" -noout -serial | cut -d= -f2 | tr 'A-F' 'a-f')

  # Wrong order, with the root: as such files come from authorities.
  cat "$work/demo-ca/issuing.pem" "$work/demo-ca/root.pem" "$work/mx.pem" >"$work/upload.pem"
  api PUT /clusters/demo/certificates/mx/signed-certificate '' -H 'Content-Type: application/x-pem-file' --data-binary "@$work/upload.pem" >"$work/certificate"
  proof "the upload found its key" jq -e '.source == "signed" and .hasPrivateKey and .signingRequest == "none"' "$work/certificate"
  proof "the chain is in order, without the root" jq -e '[.chain[].subject] | length == 1 and (.[0] | contains("Issuing"))' "$work/certificate"
}

request_verifies() { openssl req -in "$work/mx.csr" -noout -verify 2>"$work/null"; }
