#!/usr/bin/env bash
# Writes certificates, keys and containers with OpenSSL, GnuTLS, NSS and Java into the current directory.
set -euo pipefail
export LC_ALL=C.UTF-8
legacy=(-provider legacy -provider default)
pw=secret
unicode='Grüße-ключ-密码'

ca() { # NAME SUBJECT [ISSUER]
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" 2>/dev/null
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >"$1.ext"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  if [ $# = 2 ]; then
    openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 3650 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  else
    openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 1825 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  fi
}

leaf() { # NAME; its key is there
  printf 'subjectAltName=DNS:mx.example.org,IP:192.0.2.1\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\nauthorityInfoAccess=caIssuers;URI:http://ca.example.org/i.der\n' >leaf.ext
  openssl req -new -key "$1.key" -subj '/C=CH/O=Example/CN=mx.example.org' -addext 'subjectAltName=DNS:mx.example.org' -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA intermediate.pem -CAkey intermediate.key -CAcreateserial -days 90 -extfile leaf.ext -out "$1.pem" 2>/dev/null
}

by_openssl() {
  ca root '/O=Example/CN=Corpus root'
  ca intermediate '/O=Example/CN=Corpus intermediate' root
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key 2>/dev/null
  openssl ecparam -name prime256v1 -genkey -out ec.key 2>/dev/null
  openssl genpkey -algorithm ED25519 -out ed.key
  openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.key 2>/dev/null
  for key in rsa ec ed; do leaf $key; done
  cat rsa.pem intermediate.pem root.pem >chain.pem

  openssl x509 -in rsa.pem -outform DER -out rsa.der
  openssl x509 -in rsa.pem -text -out text.pem
  openssl x509 -in rsa.pem -trustout -addtrust serverAuth -out trusted.pem
  sed 's/CERTIFICATE/X509 CERTIFICATE/' rsa.pem >x509.pem
  sed 's/$/\r/' chain.pem >crlf.pem
  tr '\n' '\r' <chain.pem >cr.pem
  { printf '\xef\xbb\xbf'; cat chain.pem; } >bom.pem
  { printf '\xff\xfe'; iconv -t UTF-16LE chain.pem; } >utf16.pem
  { cat rsa.csr ec.key; echo 'Hello: this is a letter'; cat root.pem ec.pem intermediate.pem ec.pem; } >mixed.pem
  base64 -w0 rsa.der >bare.txt
  { tr -d '\n' <rsa.pem | sed 's/-----BEGIN CERTIFICATE-----/&\n/;s/-----END/\n&/'; echo; } >oneline.pem
  { printf 'Subject: your certificate\n\n'; sed 's/^/  /; s/$/  /' rsa.pem; } >indented.pem
  { sed 's/CERTIFICATE/NO LABEL OF ANYBODY/' rsa.pem; sed 's/EC PRIVATE KEY/ANY PRIVATE KEY/' ec.key; } >labels.pem
  cat chain.pem chain.pem >twice.pem
  { cat root.pem intermediate.pem rsa.pem; cat rsa.key; } >reversed.pem
  openssl x509 -in rsa.pem -out bare.pem && awk '/BEGIN/{f=1;next}/END/{f=0}f' bare.pem >lines.txt
  head -c 600 rsa.pem >cut.pem
  sed '5s/[A-Z]/*/g' rsa.pem >star.pem
  gzip -kc rsa.pem >rsa.pem.gz
  { printf 'PK\003\004\024\000\000\000\010\000'; gzip -c rsa.pem | tail -c +11; } >rsa.pem.zip
  echo '<!DOCTYPE html><title>Your certificate</title>' >page.html
  echo 'Dear customer, your certificate is ready.' >letter.txt
  printf '\x00\x01\x02binary' >random.bin
  openssl req -in rsa.csr -outform DER -out csr.der
  openssl req -in rsa.csr -newhdr -out newhdr.csr

  openssl rsa -in rsa.key -traditional -out pkcs1.key 2>/dev/null
  openssl rsa -in rsa.key -traditional -outform DER -out pkcs1.der 2>/dev/null
  openssl pkcs8 -topk8 -nocrypt -in rsa.key -outform DER -out pkcs8.der
  openssl ec -in ec.key -outform DER -out sec1.der 2>/dev/null
  openssl rsa -in rsa.key -pubout -out public.pem 2>/dev/null
  openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out explicit.key
  openssl genpkey -algorithm ED448 -out ed448.key
  for key in pss ed448; do leaf $key; done
  openssl pkcs12 -export -in ed448.pem -inkey ed448.key -passout pass:$pw -out ed448.p12
  openssl pkcs12 -export -in pss.pem -inkey pss.key -passout pass:$pw -out pss.p12
  openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:48 -out pss384.key 2>/dev/null
  leaf pss384
  openssl req -new -key rsa.key -sigopt rsa_padding_mode:pss -subj /CN=pss.example.org -out pss-signed.csr
  openssl req -new -key rsa.key -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20 -sha512 -subj /CN=pss.example.org -out pss-signed-short.csr
  openssl genrsa -primes 3 -out three-primes.key 2048 2>/dev/null
  openssl ec -in ec.key -conv_form compressed -out compressed.key 2>/dev/null
  openssl pkey -in ec.key -ec_conv_form compressed -out compressed-p8.key
  openssl pkcs8 -topk8 -in compressed.key -passout pass:$pw -out compressed-encrypted.key
  openssl req -new -key compressed-p8.key -subj /CN=mx.example.org -out compressed.csr
  openssl x509 -req -in compressed.csr -CA intermediate.pem -CAkey intermediate.key -CAcreateserial -days 90 -extfile leaf.ext -out compressed.pem 2>/dev/null
  for curve in secp224r1 secp192k1 secp256k1; do openssl ecparam -name $curve -genkey -noout -out $curve.key; done
  openssl genpkey -algorithm X25519 -out x25519.key
  openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa.parameters 2>/dev/null
  openssl genpkey -paramfile dsa.parameters -out dsa-p8.key
  openssl pkey -in dsa-p8.key -traditional -out dsa.key
  openssl ecparam -name secp384r1 -genkey -noout -out p384.key
  openssl ecparam -name secp521r1 -genkey -noout -out p521.key
  openssl ecparam -name brainpoolP256r1 -genkey -noout -out brainpool.key
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa1024.key 2>/dev/null
  ssh-keygen -q -t ecdsa -N '' -f ssh.key
  for cipher in aes256 aes128 des3 camellia256 aria192; do openssl rsa -in rsa.key -traditional -$cipher -passout pass:$pw -out traditional-$cipher.key 2>/dev/null; done
  openssl rsa "${legacy[@]}" -in rsa.key -traditional -des -passout pass:$pw -out traditional-des.key 2>/dev/null
  openssl ec -in ec.key -aes256 -passout pass:$pw -out traditional-ec.key 2>/dev/null
  for cipher in aes-256-cbc aes-128-cbc des3 camellia-256-cbc aria-256-cbc; do openssl pkcs8 -topk8 -in rsa.key -v2 $cipher -passout pass:$pw -out p8-$cipher.key; done
  openssl pkcs8 -topk8 -in rsa.key -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 100000 -passout pass:$pw -out p8-sha512.key
  openssl pkcs8 "${legacy[@]}" -topk8 -in rsa.key -v2 rc2 -passout pass:$pw -out p8-rc2.key
  openssl pkcs8 -topk8 -in rsa.key -scrypt -passout pass:$pw -out p8-scrypt.key
  openssl pkcs8 -topk8 -in rsa.key -passout "pass:$unicode" -out p8-unicode.key
  for pbe in PBE-SHA1-3DES PBE-SHA1-2DES; do openssl pkcs8 -topk8 -in rsa.key -v1 $pbe -passout pass:$pw -out p8-$pbe.key; done
  for pbe in PBE-MD5-DES PBE-SHA1-DES PBE-SHA1-RC2-64 PBE-MD5-RC2-64 PBE-SHA1-RC4-128 PBE-SHA1-RC4-40 PBE-SHA1-RC2-128 PBE-SHA1-RC2-40; do
    openssl pkcs8 "${legacy[@]}" -topk8 -in rsa.key -v1 $pbe -passout pass:$pw -out p8-$pbe.key
  done
  openssl pkcs8 -topk8 -in ed.key -passout pass:$pw -outform DER -out p8-ed.der

  : >index.txt
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n' >crl.cnf
  openssl ca -config crl.cnf -gencrl -keyfile root.key -cert root.pem -out crl.pem 2>/dev/null
  openssl crl -in crl.pem -outform DER -out crl.der
  openssl crl2pkcs7 -in crl.pem -out crl.p7b
  openssl crl2pkcs7 -nocrl -certfile chain.pem -out chain.p7b
  openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out chain.p7c
  echo text | openssl smime -sign -signer rsa.pem -inkey rsa.key -certfile intermediate.pem -outform DER -nodetach -stream -out signed-ber.p7m
  sed 's/PKCS7/PKCS #7 SIGNED DATA/' chain.p7b >netscape.p7b
  openssl crl2pkcs7 -nocrl -certfile chain.pem | sed 's/PKCS7/CMS/' >cms.pem
  openssl crl2pkcs7 -nocrl -certfile root.pem -certfile intermediate.pem -certfile rsa.pem -outform DER -out reversed.p7c
  openssl smime -encrypt -aes256 -in public.pem -outform DER -out encrypted.p7m rsa.pem

  p12() { openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile intermediate.pem -name 'my mx' "$@"; }
  p12 -passout pass:$pw -out modern.p12
  p12 -legacy -passout pass:$pw -out legacy.p12
  p12 -nomac -passout pass:$pw -out nomac.p12
  p12 -passout pass: -out empty.p12
  p12 -passout pass: -keypbe NONE -certpbe NONE -nomac -out clear.p12
  p12 -passout pass:$pw -keypbe NONE -certpbe NONE -out macked.p12
  p12 -passout "pass:$unicode" -out unicode.p12
  p12 -legacy -passout "pass:$unicode" -out unicode-legacy.p12
  p12 -passout pass:$pw -LMK -CSP 'Microsoft RSA SChannel Cryptographic Provider' -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -out windows.p12
  p12 -passout pass:$pw -certpbe NONE -out clear-certificates.p12
  p12 -passout pass:$pw -iter 500 -out few.p12
  p12 -passout pass:$pw -iter 600000 -maciter -out iterations.p12
  p12 -passout pass:$pw -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha256 -iter 600000 -out heavy-3des.p12
  p12 -passout pass:$pw -iter 1000000 -out million.p12
  p12 -passout pass:$pw -keypbe camellia-256-cbc -certpbe aria-256-cbc -macalg sha512 -out camellia.p12
  p12 -passout pass:$pw -macalg sha3-256 -out sha3.p12 2>/dev/null || true
  openssl pkcs12 -export -nokeys -in chain.pem -passout pass:$pw -out trust.p12
  openssl pkcs12 -export -in ed.pem -inkey ed.key -passout pass:$pw -out ed.p12
  openssl pkcs12 -export -nocerts -inkey rsa.key -passout pass:$pw -out keyonly.p12 2>/dev/null
  openssl pkcs12 -in modern.p12 -passin pass:$pw -nodes -out bag-attributes.pem
  sed ':a;N;$!ba;s/\n/\\n/g' bag-attributes.pem >escaped.pem
  sed ':a;N;$!ba;s/\n/\\r\\n/g' bag-attributes.pem >escaped-crlf.pem
}

by_gnutls() {
  certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile gnutls.key 2>/dev/null
  printf 'cn = mx.example.org\ndns_name = mx.example.org\nexpiration_days = 30\n' >gnutls.cfg
  certtool --generate-self-signed --load-privkey gnutls.key --template gnutls.cfg --outfile gnutls.pem 2>/dev/null
  for cipher in aes-256 aes-128 3des-pkcs12 arcfour rc2-40; do
    certtool --to-p12 --load-privkey gnutls.key --load-certificate gnutls.pem --p12-name gnu --password $pw --pkcs-cipher $cipher --outder --outfile gnutls-$cipher.p12 2>/dev/null
  done
  certtool --to-p12 --load-privkey gnutls.key --load-certificate gnutls.pem --p12-name gnu --password $pw --hash sha512 --outder --outfile gnutls-sha512.p12 2>/dev/null
  certtool --to-p12 --load-privkey gnutls.key --load-certificate gnutls.pem --p12-name gnu --null-password --outder --outfile gnutls-null.p12 2>/dev/null
  certtool --to-p12 --load-privkey gnutls.key --load-certificate gnutls.pem --p12-name gnu --empty-password --outder --outfile gnutls-empty.p12 2>/dev/null
  certtool --to-p12 --load-ca-certificate gnutls.pem --p12-name gnu --password $pw --outder --outfile gnutls-trust.p12 2>/dev/null
  certtool --p7-generate --load-certificate gnutls.pem --outfile gnutls.p7b 2>/dev/null || rm -f gnutls.p7b
  certtool --to-p8 --load-privkey gnutls.key --password $pw --pkcs-cipher aes-256 --outfile gnutls-p8.key 2>/dev/null
  certtool --generate-privkey --key-type=ed25519 --outfile gnutls-ed.key 2>/dev/null
  certtool --generate-privkey --key-type=rsa --bits 2048 --outfile gnutls-rsa.key 2>/dev/null
}

by_nss() {
  mkdir nss
  certutil -N -d sql:nss --empty-password
  pk12util -i modern.p12 -d sql:nss -W $pw >/dev/null
  pk12util -o nss.p12 -n 'my mx' -d sql:nss -W $pw >/dev/null
  pk12util -o nss-old.p12 -n 'my mx' -d sql:nss -W $pw -c 'PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC' -C 'PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC' >/dev/null
  pk12util -o nss-unicode.p12 -n 'my mx' -d sql:nss -W "$unicode" >/dev/null
}

by_java() {
  for alias in one two; do keytool -genkeypair -keyalg EC -groupname secp256r1 -alias $alias -dname CN=$alias.example.org -storetype PKCS12 -keystore java.p12 -storepass ${pw}1 2>/dev/null; done
  keytool -genkeypair -keyalg RSA -alias old -dname CN=old.example.org -storetype PKCS12 -keystore java-legacy.p12 -storepass ${pw}1 -J-Dkeystore.pkcs12.legacy 2>/dev/null
  keytool -genkeypair -keyalg RSA -alias own -dname CN=own.example.org -storetype PKCS12 -keystore java-mixed.p12 -storepass ${pw}1 2>/dev/null
  keytool -importcert -noprompt -alias root -file root.pem -storetype PKCS12 -keystore java-mixed.p12 -storepass ${pw}1 2>/dev/null
  keytool -importcert -noprompt -alias root -file root.pem -storetype PKCS12 -keystore java-trust.p12 -storepass ${pw}1 2>/dev/null
  keytool -genseckey -keyalg AES -keysize 256 -alias secret -storetype PKCS12 -keystore java-secret.p12 -storepass ${pw}1 2>/dev/null
  for type in JKS JCEKS; do keytool -genkeypair -keyalg EC -alias a -dname CN=a -storetype $type -keystore java.${type,,} -storepass ${pw}1 -keypass ${pw}1 2>/dev/null; done
}

by_openssl
by_gnutls & gnutls=$!
by_nss & nss=$!
by_java
wait $gnutls
wait $nss
