#!/usr/bin/env bash
# Installs the database servers that the tests start privately (tests/servers.py), PostgreSQL and MariaDB, and mdbtools,
# which reads Access files. Does nothing where all exist; needs root and apt where one is missing. The servers themselves
# never run as root.
set -eu

has_postgres() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

has_mariadb() {
  command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ]
}

missing=()
has_postgres || missing+=(postgresql)
has_mariadb || missing+=(mariadb-server)
command -v mdb-export >/dev/null || missing+=(mdbtools)
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]}, and installing needs root and apt. Install: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi

# The packages would start a server on the default port at installation; the tests bring their own instead.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing ${missing[*]} for the tests"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
