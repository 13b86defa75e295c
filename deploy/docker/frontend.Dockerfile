# rendermart-frontend: Nginx on port 80 with the built page, as user 101.
# Build from the root of the repository: docker build -f deploy/docker/frontend.Dockerfile -t rendermart-frontend .
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim
ARG NGINX_IMAGE=docker.io/library/nginx:1.28-bookworm

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY packages/contract/package.json packages/contract/
COPY packages/client/package.json packages/client/
COPY frontend/package.json frontend/
RUN npm ci --workspace frontend --include-workspace-root=false --no-audit --no-fund
COPY packages/contract packages/contract
COPY packages/client packages/client
COPY frontend frontend
RUN npm run build --workspace frontend

FROM ${NGINX_IMAGE}
COPY frontend/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/frontend/dist /usr/share/nginx/html
USER 101:101
EXPOSE 80
STOPSIGNAL SIGQUIT
ENTRYPOINT []
CMD ["nginx", "-g", "daemon off;"]
