// Mail fetched by IMAP: the real program and a real Dovecot, over TLS with a test's own CA.
// usage: node imap.mjs SUKI_PROGRAM SOURCE_FOLDER; 77: Dovecot is not installed. SUKI_LONG: 10,000 waiting mails
import { spawn, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Authority, Dovecot, has_dovecot, Relay, until } from './dovecot.mjs';
import { desk, Expectations, password, Program } from './program.mjs';

if (!has_dovecot()) {
  console.log('Dovecot is not installed');
  process.exit(77);
}
const suki = new Program(resolve(process.argv[2]));
const source = resolve(process.argv[3]);
const folder = mkdtempSync(join(tmpdir(), 'suki-imap-'));
chmodSync(folder, 0o755);
const data = join(folder, 'data');
const all = new Expectations();
const expect = all.expect.bind(all);
const waiting = process.env.SUKI_LONG ? 10_000 : 1_000;

const planText = `suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en, fil]
  tone: {en: Warm., fil: Magiliw.}
channels:
  - {id: mail, kind: email, name: {en: Mail, fil: Email}, hours: always, address: help@shop.example}
  - {id: sales, kind: email, name: {en: Sales, fil: Benta}, hours: always, address: sales@shop.example}
teams: [{id: front, name: {en: Front, fil: Harap}}]
topics: [{id: question, name: {en: Question, fil: Tanong}, team: front}]
priorities: [{id: normal, name: {en: Normal, fil: Karaniwan}}]
defaults: {topic: question, priority: normal, team: front}
sla:
  policies:
    - {id: standard, name: {en: Standard, fil: Pamantayan}, calendar: always, targets: {first_reply: {within: 4h}}}
  rules: [{id: everyone, policy: standard}]
assignment:
  rules: [{id: all, team: front, routing: least_load, automatic: false}]
`;
let made = 0;
/** A mail that no other is like. */
const mail = (subject, { to = 'help@shop.example', id = true, size = 0 } = {}) => {
  made += 1;
  return `From: Customer ${made} <c${made}@example.net>\nTo: ${to}\nSubject: ${subject}\n${id ? `Message-ID: <m${made}@example.net>\n` : ''}\nNumber ${made}.\n${'x'.repeat(79).concat('\n').repeat(size / 80)}`;
};
const count = (what) => {
  const done = spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(data, 'suki.db'), what], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
  return Number(done.stdout);
};
const messages = () => count('select count(*) from raw_mails');
const with_subject = (subject) => count(`select count(*) from conversation_texts where subject = '${subject}'`);

const trusted = new Authority(folder, 'trusted');
const stranger = new Authority(folder, 'stranger');
const good = new Dovecot(join(folder, 'good'), trusted.sign('good', 'localhost'), join(folder, 'keys'));
const others_name = new Dovecot(join(folder, 'name'), trusted.sign('name', 'mail.elsewhere.example'));
const unknown = new Dovecot(join(folder, 'unknown'), stranger.sign('unknown', 'localhost'));
const expired = new Dovecot(join(folder, 'expired'), trusted.sign('expired', 'localhost', 0));
const silent = createServer(() => {}).listen(0, '127.0.0.1');
let served;

const mailbox = (...args) => suki.run(['mailbox', ...args, '--data', data]);
/** The same beside us: relay and token server live in this process. */
const beside = (...args) =>
  new Promise((done) => {
    const child = spawn(suki.path, ['mailbox', ...args, '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('close', (status) => done({ status, output }));
  });
const add = (user, secret, ...args) => {
  const done = suki.run(['mailbox', 'add', user, '--host', 'localhost', ...args, '--data', data], secret);
  if (done.status !== 0) throw new Error(`mailbox add ${user}: ${done.output}`);
  return /added mailbox (\d+)/.exec(done.output)[1];
};
const line_of = (id) => mailbox('list').output.split('\n').find((line) => line.startsWith(`${id}\t`)) ?? '';
const fetched = (id) => Number(line_of(id).split('\t')[4]);

async function first_things() {
  // Alone, without a server: each step in words, and nothing is changed.
  good.put('help@shop.example', mail('Was there before'));
  const id = add('help@shop.example', 'geheim\n', '--port', String(good.imaps), '--name', 'Help');
  process.env.SUKI_IMAP_CA = trusted.ca;
  const tested = mailbox('test', 'Help');
  expect(tested.status === 0, `a test: ${tested.output}`);
  for (const words of ['name: 127.0.0.1', 'connected to: localhost', 'certificate of: localhost · trusted', 'logged in', 'folder: INBOX', 'mails in it: 1', 'IDLE'])
    expect(tested.output.includes(words), `"${words}" is not in\n${tested.output}`);
  expect(good.flagged('help@shop.example', 'S') === 0, 'a test reads no mail');
  expect(!mailbox('list').output.includes('geheim'), 'the password is told to nobody');

  const once = mailbox('fetch-now', 'Help');
  expect(once.status === 0 && /fetched 0 mails/.test(once.output), `from now on: ${once.output}`);
  good.put('help@shop.example', mail('Alone'));
  expect(/fetched 1 mails/.test(mailbox('fetch-now', 'Help').output) && with_subject('Alone') === 1, 'fetched alone');
  expect(good.flagged('help@shop.example', 'S') === 1, `it is marked: ${good.mails('help@shop.example')}`);

  const twice = suki.run(['mailbox', 'add', 'help@shop.example', '--host', 'LOCALHOST', '--data', data], 'x\n');
  expect(twice.status === 1 && /fetched already, by Help/.test(twice.output), `the same one twice: ${twice.output}`);
  const open = suki.run(['mailbox', 'add', 'a', '--host', 'imap.example.com', '--tls', 'none', '--data', data], 'x\n');
  expect(open.status === 1 && /in the clear/.test(open.output), `without TLS over a network: ${open.output}`);
  const elsewhere = mailbox('set', 'Help', '--host', 'imap.thief.example');
  expect(elsewhere.status === 1 && /given again for another server/.test(elsewhere.output), `the password goes nowhere else: ${elsewhere.output}`);
  return id;
}

/** What is wrong with a server is said in words, and no password is sent there. */
async function wrong_servers() {
  const wrongs = [
    ['name', others_name.imaps, /certificate is not for localhost/],
    ['unknown', unknown.imaps, /signed by nobody whom this machine trusts/],
    ['expired', expired.imaps, /out of date/],
  ];
  for (const [user, port, words] of wrongs) {
    add(user, 'topsecret\n', '--port', String(port), '--name', user);
    const tested = mailbox('test', user);
    expect(tested.status === 1 && words.test(tested.output), `${user}: ${tested.output}`);
    expect(/FAIL encrypted/.test(tested.output), `${user} fails at the certificate: ${tested.output}`);
    mailbox('remove', user);
  }
  for (const dovecot of [others_name, unknown, expired]) expect(!/auth failed|Login:/.test(dovecot.log()), `nobody tried to log in: ${dovecot.log()}`);
  add('help@shop.example', 'wrong\n', '--port', String(good.imap), '--tls', 'starttls', '--folder', 'Other', '--name', 'wrong');
  expect(/refuses user or password/.test(mailbox('test', 'wrong').output), `a wrong password: ${mailbox('test', 'wrong').output}`);
  expect(suki.run(['mailbox', 'set', 'wrong', '--secret', '--data', data], 'geheim\n').status === 0, 'another password');
  const no_folder = mailbox('test', 'wrong');
  expect(/ok {3}logged in/.test(no_folder.output) && /FAIL folder: Other/.test(no_folder.output), `no such folder: ${no_folder.output}`);
  mailbox('remove', 'wrong');
  add('nobody', 'x\n', '--port', '1', '--name', 'refused');
  expect(/takes no connection/.test(mailbox('test', 'refused').output), `nobody listens: ${mailbox('test', 'refused').output}`);
  mailbox('remove', 'refused');
}

async function while_served(help) {
  // One that never answers, one that refuses: beside them mail comes.
  const stuck = add('stuck', 'x\n', '--port', String(silent.address().port), '--name', 'Stuck');
  const refused = add('help@shop.example', 'wrong\n', '--port', String(good.imaps), '--folder', 'Else', '--name', 'Refused');
  await until('the server idles', () => /\tidle$/.test(line_of(help)));
  good.put('help@shop.example', mail('By IDLE'));
  await until('a mail that came while the server idled', () => with_subject('By IDLE') === 1);
  await until('it is marked there', () => good.flagged('help@shop.example', 'S') === 2);
  await until('trouble is told', () => /trouble: localhost refuses user or password/.test(line_of(refused)));
  mailbox('remove', stuck);
  mailbox('remove', refused);

  // The same mail twice is one message; two alike without a Message-ID are two.
  const before = messages();
  const same = mail('Twice');
  const anonymous = mail('Anonymous', { id: false });
  for (const raw of [same, same, anonymous, anonymous]) good.put('help@shop.example', raw);
  await until('all four are marked', () => good.flagged('help@shop.example', 'S') === 6);
  expect(messages() === before + 3, `${messages() - before} messages of four mails`);

  // Numbered anew: everything is looked at again, and nothing comes twice.
  const known = messages();
  mailbox('set', 'Help', '--pause');
  await until('it is paused', () => /\tpaused$/.test(line_of(help)));
  await good.stop();
  good.forget_numbers('help@shop.example');
  good.put('help@shop.example', mail('Behind the change'));
  await good.start();
  mailbox('set', 'Help', '--resume');
  await until('a mail that came with the change', () => with_subject('Behind the change') === 1);
  await until('it has looked at all of it', () => count('select count(distinct uidvalidity) from fetched_mails where mailbox = 1') === 1);
  expect(with_subject('Was there before') <= 1, 'what was there at the beginning');
  expect(messages() === known + 1 + with_subject('Was there before'), `${messages() - known} messages came with new numbers`);
  return known;
}

/** The line is cut in the middle of mails, again and again; in the end each is here once, and moved there. */
async function gone_in_the_middle() {
  for (let i = 0; i < 40; ++i) good.put('cut@shop.example', mail(`Cut ${i}`, { size: 40_000 }));
  const relay = new Relay(good.imaps, [20_000, 100_000, 300_000, 300_000, 900_000]);
  const port = await relay.listen();
  const before = messages();
  const id = add('cut@shop.example', 'geheim\n', '--port', String(port), '--older', '--then', 'move', '--move-to', 'Done', '--name', 'Cut');
  await until('all forty', async () => (await beside('fetch-now', 'Cut'), good.mails('cut@shop.example', '.Done').length === 40), 90_000);
  expect(relay.lines > 5, `the line was cut: ${relay.lines} connections`);
  expect(messages() === before + 40 && fetched(id) === 40, `${messages() - before} messages of forty mails`);
  expect(good.mails('cut@shop.example').length === 0, 'none is left in the inbox');
  relay.close();
  mailbox('remove', 'Cut');
}

/** Many wait, and the server is killed amid them. */
async function many() {
  for (let i = 0; i < waiting; ++i) good.put('many@shop.example', mail(`Many ${i}`, { to: 'x@elsewhere.example' }));
  const before = messages();
  const id = add('many@shop.example', 'geheim\n', '--port', String(good.imaps), '--older', '--then', 'remove', '--channel', 'sales', '--name', 'Many');
  let progress = '';
  await until('some of them', () => ((progress ||= /fetching \d+ of [1-9]\d*/.exec(line_of(id))?.[0] ?? ''), messages() > before + waiting / 4), 120_000);
  expect(progress.endsWith(`of ${waiting}`), `how far it is: "${progress}"`);
  served.server.removeAllListeners('exit');
  const ended = new Promise((done) => served.server.once('exit', done));
  served.server.kill('SIGKILL');
  await ended;
  const killed_at = messages() - before;
  await serve();
  const began = Date.now();
  await until('all of them', () => good.mails('many@shop.example').length === 0, 600_000);
  console.log(`imap: ${waiting} mails; killed at ${killed_at}, the rest took ${((Date.now() - began) / 1000).toFixed(1)} s`);
  expect(messages() === before + waiting, `${messages() - before} messages of ${waiting} mails, one each`);
  expect(fetched(id) === waiting, `${fetched(id)} counted`);
  expect(count("select count(*) from conversations c join symbol_names s on s.symbol = c.channel where s.slug = 'sales'") === waiting, 'they are of the mailbox\'s channel');
  mailbox('remove', 'Many');
}

/** Too large for us: it stays there with a flag, is told, and keeps nothing behind it from coming. */
async function too_large(help) {
  good.put('help@shop.example', `From: a@example.net\nSubject: Huge\nMessage-ID: <huge@example.net>\n\n${'y'.repeat(1023).concat('\n').repeat(65 * 1024)}`);
  good.put('help@shop.example', mail('Behind the huge one'));
  await until('the mail behind it', () => with_subject('Behind the huge one') === 1);
  await until('the huge one is flagged', () => good.flagged('help@shop.example', 'F') === 1);
  const get = await desk(served.site, 'nena');
  const { items } = await (await get('/mailboxes')).json();
  const told = items.find((one) => one.id === help);
  expect(told.left === 1 && told.error === '', `it is told: ${JSON.stringify(told)}`);
  expect(!JSON.stringify(items).includes('geheim'), 'the API tells no secret');
}

async function by_tokens(tokens) {
  const ask = ['--port', String(good.imaps), '--provider', 'custom', '--client-id', 'suki', '--token-url', `${tokens.issuer.url}/token`, '--scope', 'mail'];
  let asked = 0, subject = 'oauth@shop.example';
  tokens.service.on('beforeTokenSigning', (token) => (token.payload.sub = subject));
  tokens.service.on('beforeResponse', () => (asked += 1));
  const id = add('oauth@shop.example', 'client secret\nrefresh-me\n', ...ask, '--name', 'Tokens');
  const tested = await beside('test', 'Tokens');
  expect(tested.status === 0 && /ok {3}token from/.test(tested.output), `a test by token: ${tested.output}`);
  await until('it idles by token', () => /\tidle$/.test(line_of(id)));
  good.put('oauth@shop.example', mail('By token'));
  await until('a mail by token', () => with_subject('By token') === 1);
  expect(asked > 0 && /method=(XOAUTH2|OAUTHBEARER)/.test(good.log()), `by token: ${good.log()}`);

  // A token of somebody else, and a token server that says no.
  subject = 'mallory@shop.example';
  const others = await beside('test', 'Tokens');
  expect(others.status === 1 && /refuses the token/.test(others.output), `somebody else's token: ${others.output}`);
  tokens.service.once('beforeResponse', (response) => {
    response.statusCode = 400;
    response.body = { error: 'invalid_grant', error_description: 'Token has been revoked.' };
  });
  const revoked = await beside('test', 'Tokens');
  expect(revoked.status === 1 && /the token server refuses: invalid_grant: Token has been revoked\./.test(revoked.output), `revoked: ${revoked.output}`);
  mailbox('remove', 'Tokens');
}

async function serve() {
  served = await suki.serve(data, ['--imap-ca', trusted.ca]);
}

async function token_server() {
  const { OAuth2Server } = await import(pathToFileURL(join(source, 'web/node_modules/oauth2-mock-server/dist/index.mjs')));
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, 'localhost');
  for (const key of server.issuer.keys.toJSON()) {
    const at = join(folder, 'keys/default/RS256');
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, key.kid), createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
  }
  return server;
}

let tokens;
try {
  tokens = await token_server();
  for (const name of ['help', 'cut', 'many', 'oauth']) good.add_user(`${name}@shop.example`, name === 'oauth' ? 'unused' : 'geheim');
  for (const dovecot of [good, others_name, unknown, expired]) await dovecot.start();
  mkdirSync(join(folder, 'plan'));
  writeFileSync(join(folder, 'plan/plan.yaml'), planText);
  suki.must(['plan', 'adopt', join(folder, 'plan'), '--data', data, '--why', 'test']);
  suki.must(['user', 'add', 'nena', '--role', 'owner', '--data', data], `${password}\n`);
  const help = await first_things();
  await wrong_servers();
  await serve();
  await while_served(help);
  await gone_in_the_middle();
  await many();
  await too_large(help);
  await by_tokens(tokens);
  expect(!spawnSync('grep', ['-rlE', 'geheim|refresh-me|client secret', data]).stdout.length, 'no secret lies in the store in the clear');
  const verified = (await served.end(), suki.run(['verify', '--data', data]));
  expect(verified.status === 0, `verify: ${verified.output}`);
} catch (error) {
  expect(false, `${error.stack}\n${mailbox('list').output}`);
} finally {
  await served?.end();
  await tokens?.stop();
  silent.close();
  for (const dovecot of [good, others_name, unknown, expired]) await dovecot.stop();
  if (!all.failed) rmSync(folder, { recursive: true });
  else console.log(`kept: ${folder}`);
}
all.end('imap');
