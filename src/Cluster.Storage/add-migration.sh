#!/bin/sh
# Writes a migration of the same name for both databases: src/Cluster.Storage/add-migration.sh AddSomething
# A test fails when the model of one of them has changes without a migration.
set -eu
name=${1:?usage: add-migration.sh NAME}
cd "$(dirname "$0")/.."
for database in Sqlite PostgreSql; do
  project=Cluster.Storage.$database
  dotnet tool exec --yes dotnet-ef@10.0.15 -- migrations add "$name" \
    --project "$project" --startup-project "$project" --context "${database}ClusterDbContext" --output-dir Migrations
done
