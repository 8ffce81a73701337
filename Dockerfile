# One image for the six services; which one runs is the command.
FROM python:3.11-slim-bookworm AS build
COPY scripts/bootstrap.py /build/scripts/bootstrap.py
WORKDIR /build
RUN python scripts/bootstrap.py && mv .uv/uv-* /usr/local/bin/uv
ENV UV_PROJECT_ENVIRONMENT=/app UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
COPY libs libs
COPY services services
RUN uv sync --locked --no-dev --no-editable \
    --package throughline-intake --package throughline-scheduling --package throughline-skills \
    --package throughline-family --package throughline-notifications --package throughline-operations

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home throughline
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 THROUGHLINE_HOST=0.0.0.0 THROUGHLINE_PORT=8000
USER throughline
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m"]
