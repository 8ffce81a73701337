# In place of apache/kafka: the same jars from Maven Central, the same user and folders, the scripts our compose file calls.
FROM throughline-standin/debian
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends \
    openjdk-17-jre-headless >/dev/null && rm -rf /var/lib/apt/lists/*
COPY jars /opt/kafka/libs
COPY bin /opt/kafka/bin
RUN useradd --uid 1000 --create-home appuser && chmod +x /opt/kafka/bin/* \
    && mkdir -p /var/lib/kafka/data /opt/kafka/logs && chown -R appuser /var/lib/kafka /opt/kafka
USER appuser
VOLUME /var/lib/kafka/data
