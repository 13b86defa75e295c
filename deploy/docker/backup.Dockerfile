# rendermart-backup: the backend's program beside PostgreSQL's own pg_dump, pg_restore and server, for `backup` and `restore-drill`.
# It begins with the server's own image, so that its programs are never older than the server, which pg_dump would refuse; the image
# of the API stays without them. Build it after rendermart-backend, from the root of the repository:
# docker build -f deploy/docker/backup.Dockerfile -t rendermart-backup .
ARG POSTGRES_IMAGE=docker.io/library/postgres:17.9-bookworm
ARG BACKEND_IMAGE=rendermart-backend

FROM ${BACKEND_IMAGE} AS backend

FROM ${POSTGRES_IMAGE}
# Node needs libatomic; initdb wants a name for the user that it runs as, the same as in rendermart-backend.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libatomic1 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin rendermart
COPY --from=backend /usr/local/bin/node /usr/local/bin/node
COPY --from=backend /app /app
WORKDIR /app
ENV NODE_ENV=production NODE_OPTIONS=--max-old-space-size=384 DATA_DIR=/tmp/data MODELS_DIR=/app/models
USER 10001:10001
ENTRYPOINT ["node", "backend/src/main.ts"]
CMD ["backup"]
