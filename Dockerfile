# The service as an image, from the same lock file as everything else. Pinned by version; whoever
# wants the very bytes adds the digest that `docker buildx imagetools inspect` shows.
ARG PYTHON=python:3.11.9-slim-bookworm

# The libraries are a layer of their own: it changes with the lock file alone.
FROM ${PYTHON} AS libraries
COPY requirements.lock /build/
RUN python -m venv --without-pip /opt/roundwatch \
    && python -m pip --python /opt/roundwatch/bin/python --disable-pip-version-check \
        install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
        -r /build/requirements.lock

FROM libraries AS ours
COPY requirements-build.lock /build/
RUN python -m venv --without-pip /build/tools \
    && python -m pip --python /build/tools/bin/python --disable-pip-version-check \
        install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
        -r /build/requirements-build.lock
COPY pyproject.toml README.md LICENSE /build/source/
COPY docs /build/source/docs
COPY monitor /build/source/monitor
COPY storage /build/source/storage
COPY notifiers /build/source/notifiers
RUN cd /build/source && /build/tools/bin/python -m hatchling build -t wheel -d /build/wheel \
    && python -m pip --python /opt/roundwatch/bin/python --disable-pip-version-check \
        install --no-deps --no-index --prefix=/build/ours /build/wheel/*.whl

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Roundwatch" \
      org.opencontainers.image.description="Watches press releases for rounds of trade talks and mails what changed" \
      org.opencontainers.image.licenses="MIT"
# Nothing is installed into what runs.
RUN python -m pip uninstall --root-user-action=ignore --yes pip setuptools wheel \
    && groupadd --gid 10001 roundwatch \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin \
        roundwatch \
    && install --directory --owner=10001 --group=10001 --mode=700 /data
COPY --from=libraries /opt/roundwatch /opt/roundwatch
COPY --from=ours /build/ours /opt/roundwatch
ENV PATH=/opt/roundwatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ROUNDWATCH_DATABASE_URL=sqlite:////data/roundwatch.db
WORKDIR /data
USER 10001:10001
EXPOSE 8000
# What is healthy depends on the command: docker-compose.yml says it for each.
CMD ["roundwatch", "run"]
