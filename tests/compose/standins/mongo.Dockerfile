# In place of mongo:7.0: the mongod 6.0 of our wheel, the same user, folder and entrypoint. There is no mongosh.
FROM throughline-standin/debian
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends \
    gosu libcurl4 liblzma5 libssl3 >/dev/null && rm -rf /var/lib/apt/lists/*
COPY mongod /usr/local/bin/mongod
COPY mongo-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN useradd --system --uid 999 mongodb && mkdir -p /data/db /data/configdb && chown mongodb /data/db /data/configdb \
    && chmod +x /usr/local/bin/docker-entrypoint.sh /usr/local/bin/mongod
VOLUME /data/db /data/configdb
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mongod"]
