# Sourced by scripts that need Debian packages: install_missing FILE installs those of FILE (one a line, # comments) that are not there.

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
  echo "Installing Debian packages: $missing"
  # Postfix asks what it is for; "No configuration" leaves /etc/postfix without a main.cf, and nothing is started.
  case " $missing " in *" postfix "*) echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections ;; esac
  apt-get -o DPkg::Lock::Timeout=600 update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends --no-remove $missing >/dev/null || {
    echo "These packages cannot be installed here. Nothing is removed for them: another mail server, for example, has to go first." >&2
    return 1
  }
}

# Runs the calling script again as root when it is not, keeping PATH (the SDK may be in the user's home) and HOME (package cache).
become_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || { echo "This needs root, or sudo." >&2; exit 1; }
  echo "Root is needed (packages, Postfix): going on with sudo."
  exec sudo env "PATH=$PATH" "HOME=$HOME" "$@"
}

# Gives what root wrote into the working tree back to the user who called sudo.
give_back() {
  [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$1"
}

need_dotnet() {
  if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    echo "The .NET SDK 10 is needed: https://dotnet.microsoft.com/download" >&2
    exit 1
  fi
}
