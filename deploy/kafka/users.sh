#!/usr/bin/env bash
# Runs what topics.sh wrote down, and gives the administrator a password, for who comes from outside this container.
# Said again, it changes nothing but passwords that changed.
set -euo pipefail
export PATH="/opt/kafka/bin:$PATH"
kafka-configs.sh --bootstrap-server 127.0.0.1:9094 --alter --entity-type users --entity-name admin \
  --add-config-file <(printf 'SCRAM-SHA-512=password=%s' "$(</run/secrets/kafka-admin)")
. /setup/users.sh
echo "every service has its user and its rights at Kafka"
