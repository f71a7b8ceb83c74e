# One image for web, worker and serve; what runs is the command. See compose.yaml for the options that a worker needs.
FROM node:24-trixie-slim

# git does the merging, bubblewrap contains agents, tini reaps what they leave behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates git tini \
  && rm -rf /var/lib/apt/lists/*

# Agents that workers may start, as npm packages; "" for none.
ARG AGENTS="@anthropic-ai/claude-code@2"
RUN if [ -n "$AGENTS" ]; then npm install --global $AGENTS && npm cache clean --force; fi

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY app.yml ./
COPY src ./src

RUN install --directory --owner=node --group=node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 FORKJOIN_HOME=/data
VOLUME /data
EXPOSE 3000
USER node

# The worker alone has no web side: there compose.yaml turns this off.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

ENTRYPOINT ["tini", "--", "node", "/app/src/cli.ts"]
CMD ["serve"]
