# One message over verified TLS.

step_send_message() {
  say "A message from gw1 to gw2"
  send_to_gw2 b
  proof "it is delivered" within 60 grep -s -q 'to=<b@gw2.example.test>.*status=sent' "$work/gw1/log/maillog"
  proof "over TLS, with gw2's certificate verified" grep -q 'Verified TLS connection established to 127.0.0.12' "$work/gw1/log/maillog"
  grep -h -e 'Verified TLS connection established to 127.0.0.12' -e 'to=<b@gw2.example.test>.*status=sent' "$work/gw1/log/maillog" | sed 's/^/   gw1: /'
  grep -h 'TLS connection established from' "$work/gw2/log/maillog" | tail -n 1 | sed 's/^/   gw2: /'
}

# send_to_gw2 USER
send_to_gw2() {
  printf 'From: a@gw1.example.test\nTo: %s@gw2.example.test\nSubject: hello\n\nHello.\n' "$1" |
    sendmail -C "$work/gw1/etc" -f a@gw1.example.test "$1@gw2.example.test"
}
