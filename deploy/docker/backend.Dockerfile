# rendermart-backend: the API and the worker, chosen by the first argument (api, worker, migrate).
# Build from the root of the repository: docker build -f deploy/docker/backend.Dockerfile -t rendermart-backend .
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
COPY packages/addresses/package.json packages/addresses/
COPY packages/contract/package.json packages/contract/
COPY packages/engine/package.json packages/engine/
COPY packages/engines/package.json packages/engines/
COPY packages/diffusion/package.json packages/diffusion/
COPY backend/package.json backend/
RUN npm ci --omit=dev --workspace backend --include-workspace-root=false --no-audit --no-fund \
  # The package brings every platform, 288 MB; one of them is used.
  && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 -type d ! -path "*linux" -exec rm -rf {} + \
  && find node_modules/onnxruntime-node/bin -path "*linux/*" -maxdepth 4 -mindepth 3 -type d ! -name "$(node -p process.arch)" -exec rm -rf {} +

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production NODE_OPTIONS=--max-old-space-size=768 HOST=0.0.0.0 PORT=4000 METRICS_PORT=9464 MODELS_DIR=/app/models DATA_DIR=/tmp/data
# With the folders of the workspaces: npm puts versions that differ from the root's into backend/node_modules.
COPY --from=dependencies /app ./
COPY packages/addresses packages/addresses
COPY packages/contract packages/contract
COPY packages/engine packages/engine
COPY packages/engines packages/engines
COPY packages/diffusion packages/diffusion
COPY backend backend
COPY models models
COPY LICENSE NOTICE ./
USER 10001:10001
EXPOSE 4000 9464
ENTRYPOINT ["node", "backend/src/main.ts"]
CMD ["api"]
