# A small authority for the demonstration: a root and an intermediate, made by openssl.

make_demo_ca() {
  local ca=$work/demo-ca
  mkdir -p "$ca"
  (
    cd "$ca" || exit 1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650 \
      -subj "/O=Example/CN=Example Demo Root" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout issuing.key -out issuing.csr -subj "/O=Example/CN=Example Demo Issuing"
    openssl x509 -req -in issuing.csr -CA root.pem -CAkey root.key -out issuing.pem -days 1825 -set_serial "0x$(openssl rand -hex 16)" \
      -extfile <(printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n')
  ) >"$work/demo-ca.log" 2>&1
}

# sign_request CSR OUT: takes the names from the request, as authorities do after checking them.
sign_request() {
  openssl x509 -req -in "$1" -CA "$work/demo-ca/issuing.pem" -CAkey "$work/demo-ca/issuing.key" -out "$2" -days 90 \
    -set_serial "0x$(openssl rand -hex 16)" -copy_extensions copy \
    -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n') \
    >>"$work/demo-ca.log" 2>&1
}
