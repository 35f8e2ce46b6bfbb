# The server alone: PostgreSQL is elsewhere, at DATABASE_URL.
#   docker build -t contact-status .
#   docker run -e DATABASE_URL=postgresql://… contact-status python -m server migrate
#   docker run -e DATABASE_URL=postgresql://… -p 8000:8000 contact-status
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /app

# First what changes seldom: this layer is built again only when a dependency changes.
COPY requirements.txt .
RUN pip install -r requirements.txt

# The code belongs to root and the process does not run as root: it cannot change itself.
COPY . .
RUN python -m compileall -q rules models resolvers schema server execution inbound migrations \
 && useradd --system --no-create-home --shell /usr/sbin/nologin contact-status
USER contact-status

EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", \
  "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT') or 8000}/livez\", timeout=2)"]

CMD ["python", "-m", "server", "serve", "--host", "0.0.0.0"]
