// A real provider of OpenID Connect (oidc-provider, certified) on the loopback, with three accounts and its own sign-in pages.
// Usage: node provider.mjs BASE_URL_OF_THE_CONSOLE; it writes its issuer to standard output once it listens.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const console_ = process.argv[2];
const accounts = {
  mei: { groups: ['desk', 'staff'], email: 'mei@example.org', email_verified: true },
  budi: { groups: ['staff'], email: 'budi@example.org', email_verified: true },
  cook: { groups: ['kitchen'], email: 'cook@example.org', email_verified: false },
};
const server = createServer().listen(0, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'aseanwatch',
      client_secret: 'a secret: +/%&=',
      redirect_uris: [`${console_}/console/sign-in/organisation/back`],
      post_logout_redirect_uris: [`${console_}/console/sign-in`],
      backchannel_logout_uri: `${console_}/console/sign-in/organisation/ended`,
      backchannel_logout_session_required: true,
    }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    // Its own guard lets it ask no loopback address; the console of the tests is at one.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
    pkce: { required: () => true },
    conformIdTokenClaims: true, // so that groups come from the userinfo endpoint, as from many providers
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => accounts[id] && {
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, ...accounts[id] }),
    },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, AccessToken: 600, IdToken: 600 },
  });
  provider.on('backchannel.error', (_, error) => process.stderr.write(`back channel: ${error.stack} ${error.cause}\n`));
  server.on('request', provider.callback());
  process.stdout.write(`${issuer}\n`);
});
