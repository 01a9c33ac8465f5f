# The service as an image, from the same lock file as everything else.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/roundwatch \
    && /opt/roundwatch/bin/pip install --no-deps --only-binary :all: --require-hashes \
        -r requirements.lock \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --no-deps --only-binary :all: --require-hashes \
        -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY storage storage
COPY notifiers notifiers
RUN /opt/build/bin/pip wheel --no-deps --no-index --no-build-isolation --wheel-dir /wheel . \
    && /opt/roundwatch/bin/pip install --no-deps --no-index /wheel/*.whl

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home roundwatch
COPY --from=build /opt/roundwatch /opt/roundwatch
ENV PATH=/opt/roundwatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ROUNDWATCH_DATABASE_URL=sqlite:////data/roundwatch.db
WORKDIR /data
VOLUME /data
USER roundwatch
CMD ["roundwatch", "run"]
