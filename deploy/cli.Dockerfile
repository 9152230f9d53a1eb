# The `hookline` command as an image, for a CI without Node. Build it from the root:
#   docker build -f deploy/cli.Dockerfile -t hookline .
#   docker run --rm --network host --user "$(id -u):$(id -g)" -e HOOKLINE_API_KEY -e HOOKLINE_CLIENT_SECRET \
#     -v "$PWD:/work" hookline check ws://localhost:8080/book
# --user: traces and reports are written to the folder, which may belong to another user than that of the image.
FROM node:22-slim AS build
WORKDIR /src
COPY . .
RUN npm install --ignore-scripts --no-audit --no-fund && npm run single-file -- /hookline.mjs

FROM node:22-slim
COPY --from=build /hookline.mjs /usr/local/lib/hookline.mjs
USER node
WORKDIR /work
ENTRYPOINT ["node", "/usr/local/lib/hookline.mjs"]
