#!/bin/sh
# Stands in for the official image's entrypoint where no registry answers: the same variables, the same refusal, far less besides.
set -eu

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# Arguments alone are the server's.
case "${1:-}" in -*) set -- postgres "$@" ;; esac

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=${POSTGRES_PASSWORD:-}
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then password=$(cat "$POSTGRES_PASSWORD_FILE"); fi
  if [ -z "$password" ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  passwords=$(mktemp)
  printf '%s' "$password" > "$passwords"
  initdb --encoding=UTF8 --locale=C.UTF-8 --username="$POSTGRES_USER" --pwfile="$passwords" --auth-local=trust --auth-host=scram-sha-256
  rm "$passwords"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  # Over the socket only, as the real one: who asks by TCP must not believe that this is the server.
  pg_ctl -D "$PGDATA" -o '-c listen_addresses=' -w start
  createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  pg_ctl -D "$PGDATA" -m fast -w stop
fi

case "$1" in postgres) set -- "$@" -c "listen_addresses=*" ;; esac
exec "$@"
