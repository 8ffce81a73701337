#!/usr/bin/env bash
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} ${KAFKA_LOG4J_OPTS:--Dlog4j2.level=WARN} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  -XX:-UsePerfData -cp "/opt/kafka/libs/*" "$@"
