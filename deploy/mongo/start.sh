#!/usr/bin/env bash
# mongod wants the key of the replica set to be its own, and readable by nobody else.
set -euo pipefail
install -o mongodb -g mongodb -m 400 /run/secrets/mongo-key /tmp/mongo-key
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /tmp/mongo-key --bind_ip_all \
  --setParameter transactionLifetimeLimitSeconds=5
