# What the others are made from: Debian 12 with Python 3.11, in place of python:3.11-slim-bookworm.
FROM throughline-standin/debian
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends \
    python3 python-is-python3 >/dev/null && rm -rf /var/lib/apt/lists/*
CMD ["python"]
