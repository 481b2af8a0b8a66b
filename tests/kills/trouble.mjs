// PostgreSQL is stopped, or stands still, under a running server: what is asked meanwhile is refused soon, with 503 and a
// stable code; when it is there again the server goes on by itself, and everything acknowledged is there once.
// usage: node trouble.mjs SUKI_PROGRAM
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Expectations } from '../mail/program.mjs';
import { hasPostgres, Postgres } from './postgres.mjs';
import { Shop } from './shop.mjs';

if (!hasPostgres()) {
  console.log('PostgreSQL is not installed (./dev setup test does it). Skipped.');
  process.exit(77);
}
const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-trouble-'));
chmodSync(folder, 0o755);
const postgres = new Postgres(folder);
await postgres.start();
const shop = new Shop(resolve(process.argv[2]), folder, postgres.url());
const secondsMax = 25; // to a refusal: one statement's time, and that of finding out about a commit that broke off

const form = (id) => ({ request_id: id, name: 'Liza', email: '', topic: '', subject: `matter ${id}`, message: `text ${id}`, language: 'en' });
const write = (id) => shop.ask('POST', '/api/v1/public/conversations', form(id));

/** Asks until everybody is answered well, on every connection that the server has: those that broke come back one by one,
 * half a second after they last tried. How long the first good answer took. */
async function recovered(id) {
  const since = Date.now();
  let first;
  for (let goodSince; goodSince === undefined || Date.now() - goodSince < 1_000; ) {
    const asked = Array.from({ length: 8 }, (_, n) => (n % 2 ? write(id) : shop.ask('GET', '/api/v1/public/site')));
    const answers = await Promise.all(asked);
    const good = answers.every((answer) => answer?.status === 200 || answer?.status === 201);
    if (answers.some((answer) => answer?.status === 201)) first ??= Date.now() - since;
    goodSince = good ? (goodSince ?? Date.now()) : undefined;
    if (Date.now() - since > 60_000) throw new Error(`${id}: not served again: ${JSON.stringify(answers)}`);
  }
  const ready = await shop.ask('GET', '/readyz');
  expect(ready?.status === 200, `${id}: served again and ready: ${JSON.stringify(ready)}`);
  return first;
}

async function refused(id, what) {
  const since = Date.now();
  for (const answer of await Promise.all([write(id), write(`${id}-too`), shop.ask('GET', '/api/v1/public/site')])) {
    expect(answer?.status === 503, `${what}: ${JSON.stringify(answer)}`);
    expect(answer?.body?.code === 'unavailable', `${what}: code ${answer?.body?.code}`);
    expect(answer?.headers?.['content-type'] === 'application/problem+json', `${what}: ${answer?.headers?.['content-type']}`);
    expect(answer?.headers?.['retry-after'] !== undefined, `${what}: no Retry-After`);
    expect(!/postgres|socket|suki-trouble/i.test(answer?.body?.detail ?? ''), `${what} tells too much: ${answer?.body?.detail}`);
  }
  const [ready, health] = [await shop.ask('GET', '/readyz'), await shop.ask('GET', '/healthz')];
  const store = ready?.body?.checks?.find((check) => check.name === 'store');
  expect(ready?.status === 503 && ready.body.ready === false, `${what}: /readyz ${JSON.stringify(ready)}`);
  expect(store?.state === 'failed' && store.reason === 'it does not answer', `${what}: /readyz tells ${JSON.stringify(store)}`);
  expect(health?.status === 200, `${what}: it lives, and is not to be started again: ${JSON.stringify(health)}`);
  const figures = (await shop.ask('GET', '/metrics'))?.body ?? '';
  expect(/^suki_store_up 0$/m.test(figures) && !figures.includes('suki_conversations'), `${what}: /metrics`);
  const took = (Date.now() - since) / 1000;
  expect(took < secondsMax, `${what}: refused only after ${took} s`);
  console.log(`${what}: refused after ${took.toFixed(1)} s`);
}

try {
  shop.setUp();
  await shop.start();
  expect((await write('before'))?.status === 201, 'served at the beginning');

  await postgres.stop();
  await refused('stopped', 'stopped');
  await postgres.start();
  console.log(`started again: served after ${await recovered('stopped')} ms`);

  postgres.freeze();
  await refused('frozen', 'frozen');
  postgres.thaw();
  console.log(`thawed: served after ${await recovered('frozen')} ms`);

  for (const id of ['before', 'stopped', 'stopped-too', 'frozen', 'frozen-too']) await recovered(id);
  const session = await shop.logIn();
  const inbox = await shop.ask('GET', '/api/v1/conversations?view=all', undefined, session);
  const subjects = (inbox?.body?.items ?? []).map((row) => row.subject).sort();
  const wanted = ['before', 'frozen', 'frozen-too', 'stopped', 'stopped-too'].map((id) => `matter ${id}`);
  expect(JSON.stringify(subjects) === JSON.stringify(wanted), `at the end: ${subjects}`);
  expect((await shop.stop()) === 0, 'a clean stop');
  const verified = shop.verify();
  expect(verified.status === 0, `verify: ${verified.output}`);
} catch (error) {
  expect(false, error.stack);
} finally {
  shop.server?.kill('SIGKILL');
  postgres.thaw();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
all.end('database trouble');
process.exit();
