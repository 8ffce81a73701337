#!/bin/sh
# Makes the topics, and writes down what Kafka's own tools are to do for users and their rights.
# Runs in our image, in the network of the Kafka container: its LOCAL door asks for no password. When that container is
# started again its network is another one, so this gives up after a while, and is started again in the new one.
set -eu
export THROUGHLINE_KAFKA=127.0.0.1:9094
for attempt in $(seq 15); do
  if throughline kafka setup; then
    exec throughline kafka acls --bootstrap-server 127.0.0.1:9094 --passwords '/run/secrets/kafka-{user}' > /setup/users.sh
  fi
  echo "Kafka is not ready, or has topics that differ; looking again ($attempt of 15)" >&2
  sleep 2
done
exit 1
