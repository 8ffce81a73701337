#!/usr/bin/env bash
# What mongo's own entrypoint does for us: own the data, stop being root, become mongod.
set -euo pipefail
chown -R mongodb /data/configdb /data/db
exec gosu mongodb "$@"
