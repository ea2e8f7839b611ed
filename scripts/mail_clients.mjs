// What the clients of readers do not know of a page, by feature. Started by mail_clients.sh.
import { caniemail } from 'caniemail';
import { readFileSync } from 'node:fs';

const clients = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*'];
const { issues } = caniemail({ clients, html: readFileSync(process.argv[2], 'utf8') });
const without = new Map();
for (const [client, found] of issues?.errors ?? []) {
  for (const { title } of found) without.set(title, (without.get(title) ?? new Set()).add(client));
}
for (const [title, found] of [...without].sort()) console.log(`${title}: ${[...found].join(', ')}`);
