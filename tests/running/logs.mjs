// The log as JSON: an object a line, a request's id from the proxy through to its line, numbers of agents; and nothing that a
// customer or a member of staff has said of themselves, no token, no path.
// usage: node logs.mjs SUKI_PROGRAM
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Shop } from '../kills/shop.mjs';
import { Expectations, password } from '../mail/program.mjs';
import { SmtpServer } from '../mail/smtp.mjs';

const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-logs-'));

/** Says no, and to whom. */
class Refusing extends SmtpServer {
  answerTo(line) {
    return /^RCPT/i.test(line) ? `550 5.1.1 ${/<.*>/.exec(line)?.[0]} is unknown here` : undefined;
  }
}

async function serve(shop, work) {
  await shop.start();
  await work();
  expect((await shop.stop()) === 0, 'a clean stop');
  return shop.said.split('\n').filter(Boolean);
}

try {
  const mails = new Refusing();
  const shop = new Shop(resolve(process.argv[2]), folder, '', ['--log-level', 'info', '--log', 'json', '--smtp-url', await mails.listen()]);
  shop.setUp();
  let link;
  let session;
  const lines = await serve(shop, async () => {
    const form = { request_id: 'one', name: 'Liza Soberano', email: 'liza@example.net', topic: '', subject: 'A leaking kettle', message: 'It drips on the table.', language: 'en' };
    const made = await shop.ask('POST', '/api/v1/public/conversations', form, { 'x-request-id': 'proxy-17' });
    link = made?.body?.token;
    await shop.ask('GET', `/api/v1/public/conversations/${link}`);
    session = await shop.logIn();
    const inbox = await shop.ask('GET', '/api/v1/conversations?view=all', undefined, session);
    await shop.ask('GET', `/api/v1/conversations/${inbox.body.items[0].id}`, undefined, session);
    await shop.ask('GET', '/api/v1/search?text=kettle', undefined, session);
    await shop.ask('GET', '/somewhere/that/is/not');
    await shop.ask('POST', '/api/v1/session', { login: 'ana', password: 'not this one' });
    for (const until = Date.now() + 10_000; Date.now() < until && !shop.said.includes('attempt'); ) await shop.ask('GET', '/healthz');
  });
  const parsed = lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      expect(false, `no JSON: ${line}`);
      return {};
    }
  });
  for (const line of parsed) {
    expect(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(line.time ?? ''), `its time: ${JSON.stringify(line)}`);
    expect(['info', 'warning', 'error'].includes(line.level) && typeof line.message === 'string', `its level: ${JSON.stringify(line)}`);
  }
  const requests = parsed.filter((line) => line.message === 'request');
  const one = requests.find((line) => line.request_id === 'proxy-17');
  expect(one?.method === 'POST' && one.route === '/api/v1/public/conversations' && one.status === 201, `the proxy's id: ${JSON.stringify(one)}`);
  expect(typeof one?.duration_ms === 'number' && one.duration_ms > 0 && one.bytes > 0 && !('agent' in one), `its figures: ${JSON.stringify(one)}`);
  const byRoute = (route) => requests.find((line) => line.route === route);
  expect(byRoute('/api/v1/conversations/{id}')?.agent === 1, `who asked: ${JSON.stringify(byRoute('/api/v1/conversations/{id}'))}`);
  expect(byRoute('/api/v1/session')?.agent === 1, 'who logged in');
  expect(requests.some((line) => line.route === '/api/v1/session' && line.status === 401 && !('agent' in line)), 'who did not');
  expect(byRoute('unknown')?.status === 404, 'what is not there');
  expect(requests.every((line) => /^[\w.-]{1,64}$/.test(line.request_id)), 'each has an id');
  expect(parsed.some((line) => line.level === 'warning' && line.message.includes('550 5.1.1 <<address>>')), `what the mail server said: ${lines.filter((line) => line.includes('attempt'))}`);
  expect(parsed.at(-1)?.message === 'stopped', 'the end');
  const text = lines.join('\n');
  const secrets = ['Liza', 'liza', 'Soberano', 'example.net', 'kettle', 'drips', 'ana', password, 'not this one', link, session.cookie.split('=')[1], session['x-csrf-token'], 'somewhere', '127.0.0.1"'];
  for (const secret of secrets) expect(!text.includes(secret), `the log holds "${secret}": ${lines.find((line) => line.includes(secret))}`);

  shop.more = ['--log-level', 'info'];
  const plain = await serve(shop, async () => {
    await shop.ask('GET', '/api/v1/public/site', undefined, { 'x-request-id': 'proxy-18' });
  });
  expect(plain.some((line) => /^\S+Z info GET \/api\/v1\/public\/site 200 \d+B [\d.]+ms proxy-18$/.test(line)), `for people: ${plain.join('\n')}`);
} catch (error) {
  expect(false, error.stack);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
all.end('logs');
process.exit();
