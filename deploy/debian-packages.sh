# Sourced by scripts that need Debian packages: install_missing FILE installs those of FILE (one a line, # comments) that are not there.

# A PATH of a user, or of root after a plain su, lacks the places of Postfix and of what PostgreSQL is started with.
PATH=$PATH:/usr/sbin:/sbin

missing_packages() {
  local package
  grep -v -E '^[[:space:]]*(#|$)' "$1" | while read -r package _; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -q '^installed$' || echo "$package"
  done
}

install_missing() {
  local missing
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  command -v apt-get >/dev/null || { echo "This system has no apt-get: install by hand, and run this again: $missing" >&2; return 1; }
  echo "Installing Debian packages: $missing"
  # Postfix asks what it is for; "No configuration" leaves /etc/postfix without a main.cf, and nothing is started.
  case " $missing " in *" postfix "*) echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;; esac
  apt-get -o DPkg::Lock::Timeout=600 update -qq || echo "The package lists could not be renewed; trying with those that are here." >&2
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends --no-remove $missing >/dev/null || {
    cat >&2 <<TEXT
apt-get, which says why above, could not install: $missing
  Without a network or a mirror: check /etc/apt/sources.list, set http_proxy and https_proxy if there is a proxy, and run this again.
  Nothing is removed to make room: another mail server, for example, has to go first.
TEXT
    return 1
  }
}

# Runs the calling script again as root when it is not, keeping PATH (the SDK may be in the user's home), HOME (package cache) and what steers builds and tests.
become_root() {
  [ "$(id -u)" != 0 ] || return 0
  local name keep=()
  command -v sudo >/dev/null || { echo "This needs root (packages, Postfix), and there is no sudo here: run it as root." >&2; exit 1; }
  echo "Root is needed (packages, Postfix): going on with sudo."
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY DOTNET_ROOT NUGET_PACKAGES TMPDIR ${!CLUSTER_TEST_@}; do
    [ -z "${!name+set}" ] || keep+=("$name=${!name}")
  done
  exec sudo env "PATH=$PATH" "HOME=$HOME" ${keep[@]+"${keep[@]}"} "$@"
}

# Gives what root wrote into the working tree and the caches of .NET back to the user who called sudo.
give_back() {
  [ -n "${SUDO_UID:-}" ] || return 0
  local place
  for place in "$1" "$HOME/.nuget" "$HOME/.dotnet" "$HOME/.local/share/NuGet"; do
    [ ! -d "$place" ] || find "$place" -user root -exec chown -h "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" {} +
  done
}

need_dotnet() {
  local sdks
  if ! command -v dotnet >/dev/null; then
    echo "The .NET SDK 10 is needed, and there is no dotnet in PATH: https://dotnet.microsoft.com/download" >&2
    exit 1
  fi
  sdks=$(dotnet --list-sdks 2>/dev/null | cut -d ' ' -f 1)
  if ! grep -q '^10\.' <<<"$sdks"; then
    echo "The .NET SDK 10 is needed; $(command -v dotnet) has ${sdks:+only }${sdks:-none}: https://dotnet.microsoft.com/download" | tr '\n' ' ' >&2
    echo >&2
    exit 1
  fi
}

packages_hint() {
  echo "If NuGet packages could not be fetched (NU1301): https://api.nuget.org must be reachable, HTTPS_PROXY set if there is a proxy; then run this again."
}
