#!/usr/bin/env bash
# Makes the storage on the first start, and becomes the broker.
set -euo pipefail
told=/deploy/server.properties
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id VGhyb3VnaGxpbmUtc2l0ZQ --config "$told"
exec /opt/kafka/bin/kafka-server-start.sh "$told"
