#!/bin/sh
# Both of Temporal's databases; every step does nothing where its work is done.
set -eu
for database in temporal temporal_visibility; do
  case $database in temporal) folder=temporal ;; *) folder=visibility ;; esac
  tool() { temporal-sql-tool --plugin postgres12 --ep temporal-postgres -p 5432 -u temporal --db "$database" "$@"; }
  tool create || true
  tool setup-schema -v 0.0 || true
  tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
