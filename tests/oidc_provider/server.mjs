// An OpenID provider on 127.0.0.1 whose access tokens are JWTs for the API, with new keys at each
// start. `node server.mjs PORT SECRET [CALLBACK]` (0: a free port) prints `ready ISSUER`, and ends
// with stdin. With a callback, people can sign in at its forms, too.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";

import Provider from "oidc-provider";

const [port, secret, callback] = process.argv.slice(2);
const LIFE_S = 600;
const ALGORITHMS = ["ES256", "RS256", "PS256"]; // one client for each

function newKey(type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig" };
}

// The explorer, by which people sign in at the forms of the provider; any password will do there.
const explorer = callback === undefined ? [] : [{
  client_id: "explorer-ES256",
  client_secret: secret,
  grant_types: ["authorization_code"],
  redirect_uris: [callback],
  response_types: ["code"],
}];
const algorithmOf = (client) => client.clientId.split("-").at(-1);

const server = createServer();
server.listen(Number(port), "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [newKey("ec", { namedCurve: "P-256" }), newKey("rsa", { modulusLength: 2048 })] },
    clients: [...explorer, ...ALGORITHMS.map((algorithm) => ({
      client_id: `machine-${algorithm}`,
      client_secret: secret,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    }))],
    clientAuthMethods: ["client_secret_basic"],
    scopes: ["strong"],
    // What a person's sign-in would say of itself, a machine of the tests asks for by a scope.
    extraTokenClaims: (_ctx, token) => (token.scope === "strong" ? { acr: "substantial" } : {}),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: callback !== undefined },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource, client) => ({
          scope: "strong",
          audience: resource,
          accessTokenTTL: LIFE_S,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: algorithmOf(client) } },
        }),
      },
    },
  });
  server.on("request", provider.callback());
  process.stdout.write(`ready ${issuer}\n`);
});

process.stdin.resume();
process.stdin.on("end", () => process.exit());
