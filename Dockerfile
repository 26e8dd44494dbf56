# One image for every role: ROLE picks the modules. docker-compose.yml is how it is run; test/contract/packaging.spec.ts
# compares both with the code.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY migrations migrations
COPY src src
# Debian's ffmpeg takes the place of the one that comes as a package; the compiler stays as an optional peer that nobody loads.
RUN npm run build && npm ci --omit=dev && \
  rm -rf node_modules/@ffmpeg-installer node_modules/@ffprobe-installer node_modules/typescript node_modules/.bin/tsc node_modules/.bin/tsserver

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN printf '#!/bin/sh\nexec node /app/dist/src/cli/main.js "$@"\n' > /usr/local/bin/flits && chmod +x /usr/local/bin/flits
# Volumes that are mounted here begin as this user's.
RUN mkdir -p /run/flits /run/flits-owner /run/flits-store && chown node:node /run/flits /run/flits-owner /run/flits-store
USER node
EXPOSE 3000
# By the same scheme as the process; its certificate is for another name than this one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; fetch(`${process.env.TLS_CERT ? 'https' : 'http'}://127.0.0.1:${process.env.PORT ?? 3000}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
