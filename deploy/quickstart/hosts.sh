# Two "hosts": a private Postfix instance and an agent each, on 127.0.0.11 and 127.0.0.12; the first with a private nginx.

pids=()

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    ss -Hltn "sport = :$port" | grep -q . || { echo "$port"; return; }
  done
}

address_of() { [ "$1" = gw1 ] && echo 127.0.0.11 || echo 127.0.0.12; }
other_of() { [ "$1" = gw1 ] && echo gw2 || echo gw1; }

write_postfix() {
  local name=$1 other address etc
  other=$(other_of "$name")
  address=$(address_of "$name")
  etc=$work/$name/etc
  mkdir -p "$etc" "$work/$name/spool" "$work/$name/log"
  install -d -o postfix -m 700 "$work/$name/data"
  cat >"$etc/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $work/$name/spool
data_directory = $work/$name/data
maillog_file = $work/$name/log/maillog
maillog_file_prefixes = $work/$name/log
myhostname = $name.example.test
mydestination = $name.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
local_transport = discard:
smtp_dns_support_level = disabled
smtp_tls_loglevel = 1
smtpd_tls_loglevel = 1
transport_maps = texthash:$etc/transport
CF
  echo "$other.example.test smtp:[$(address_of "$other")]:$mx_port" >"$etc/transport"
  master_cf "$address" "$name" >"$etc/master.cf"
  postfix -c "$etc" check
}

# On gw2 the administrator has left a parameter that has no effect while TLS is optional on the listener "submission".
master_cf() {
  printf '%s:%s inet n - n - - smtpd\n' "$1" "$mx_port" "$1" "$submission_port"
  [ "$2" != gw2 ] || echo '  -o smtpd_tls_mandatory_protocols=nonsense'
  cat <<'CF'
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
CF
}

# Its administrator has a certificate of his own for as long as nothing is applied, and includes the agent's file.
write_nginx() {
  local dir=$work/gw1/nginx
  mkdir -p "$dir"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/fallback.key" -out "$dir/fallback.pem" -days 30 \
    -subj /CN=fallback.invalid 2>>"$work/nginx.log" || return 1
  cat >"$dir/nginx.conf" <<CF
user root;
pid $dir/pid;
error_log $dir/error.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path $dir/t1;
  proxy_temp_path $dir/t2;
  fastcgi_temp_path $dir/t3;
  uwsgi_temp_path $dir/t4;
  scgi_temp_path $dir/t5;
  ssl_certificate $dir/fallback.pem;
  ssl_certificate_key $dir/fallback.key;
  server {
    listen $(address_of gw1):$https_port ssl;
    server_name gw1-admin.example.test;
    include $dir/cluster/current/management.con[f];
    location / { return 200 "gw1\n"; }
  }
}
CF
  nginx -c "$dir/nginx.conf" 2>>"$work/nginx.log"
}

write_agent_file() {
  jq -n --arg name "$1" --arg etc "$work/$1/etc" --arg address "$(address_of "$1")" \
    --argjson mx "$mx_port" --argjson submission "$submission_port" \
    --argjson https "$https_port" --arg nginx "$work/gw1/nginx" \
    '{sessionUser: "nobody", services: ([{name: "postfix", driver: "postfix", configDirectory: $etc, control: "direct",
      endpoints: [{kind: "listeners", name: "mx", address: $address, port: $mx},
        {kind: "listeners", name: "submission", address: $address, port: $submission}]}]
      + if $name == "gw1" then [{name: "web", driver: "nginx", configDirectory: $nginx, control: "direct",
          endpoints: [{kind: "interfaces", name: "management", address: $address, port: $https}]}] else [] end)}' >"$work/$1/agent.json"
}

# agent HOST VERB [OPTION...]
agent() {
  local name=$1 verb=$2
  shift 2
  "$work/bin/cluster-agent" "$verb" --state-dir "$work/$name/state" --config "$work/$name/agent.json" "$@"
}

# Not through the function above: its subshell would be what the pid names, and the agent would outlive the script.
start_agent() {
  "$work/bin/cluster-agent" run --state-dir "$work/$1/state" --config "$work/$1/agent.json" >>"$work/agent-$1.log" 2>&1 &
  echo $! >"$work/$1/agent.pid"
}

master_pid() { tr -d ' ' <"$work/$1/spool/pid/master.pid"; }
reloads() { grep -s -c 'postfix/master\[[0-9]*\]: reload ' "$work/$1/log/maillog" || true; }

# What the wire says, asked with openssl and not with our own code.
wire() {
  openssl s_client -starttls smtp -connect "$(address_of "$1"):$2" -servername "$1.example.test" </dev/null 2>/dev/null |
    openssl x509 -noout -serial -fingerprint -sha256 2>/dev/null
}
serial_on_wire() { wire "$1" "$2" | sed -n 's/^serial=//p' | tr 'A-F' 'a-f'; }
sha256_on_wire() { wire "$1" "$2" | sed -n 's/^sha256 Fingerprint=//Ip' | tr -d : | tr 'A-F' 'a-f'; }

# Answer to MAIL FROM without TLS: 250 or 530.
mail_in_clear() (
  exec 3<>"/dev/tcp/$(address_of "$1")/$2" || exit 1
  smtp_answer >"$work/null"
  for command in 'EHLO probe.example.test' 'MAIL FROM:<a@example.test>'; do
    printf '%s\r\n' "$command" >&3
    smtp_answer
  done | tail -n 1
)

smtp_answer() {
  local line
  while IFS= read -r -t 10 line <&3; do
    printf '%s\n' "${line%$'\r'}"
    [ "${line:3:1}" = ' ' ] && return
  done
}

# Content, mode and time of every file that the service reads, and of what the agent wrote for it.
describe_files() {
  (cd "$work/$1/etc" && find . -type f -printf '%p %m %T@ ' -exec sha256sum {} \; | sort)
}

stop_everything() {
  local name pid
  [ -n "${work:-}" ] && [ -d "$work" ] || return 0
  # Ctrl-C does not reach it: what a script puts in the background ignores that.
  [ -z "${waiting:-}" ] || kill "$waiting" 2>/dev/null
  for name in gw1 gw2; do
    [ -s "$work/$name/agent.pid" ] && stop_process "$(cat "$work/$name/agent.pid")"
    [ -d "$work/$name/spool/pid" ] && postfix -c "$work/$name/etc" stop 2>/dev/null
  done
  [ -s "$work/gw1/nginx/pid" ] && nginx -s stop -c "$work/gw1/nginx/nginx.conf" 2>/dev/null
  [ -s "$work/manager.pid" ] && stop_process "$(cat "$work/manager.pid")"
  give_back "$top/.artifacts" 2>/dev/null
  rm -rf "$work"
}

stop_process() {
  local limit=$((SECONDS + 30))
  kill -TERM "$1" 2>/dev/null || return 0
  while kill -0 "$1" 2>/dev/null; do
    [ $SECONDS -lt $limit ] || { kill -KILL "$1"; break; }
    sleep 0.1
  done
}
