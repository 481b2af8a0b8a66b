// The way out, with the real program and a mail server of our own that speaks TLS: what a customer gets (words, signature,
// quote, files, a DKIM signature), what staff see of a mail that did not go out, and what a trial tells.
// usage: node out.mjs SUKI_PROGRAM [STORE_URL]
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Expectations, password, Program } from './program.mjs';
import { SmtpServer } from './smtp.mjs';

const suki = new Program(resolve(process.argv[2]));
const folder = mkdtempSync(join(tmpdir(), 'suki-out-'));
const data = join(folder, 'data');
const all = new Expectations();
const expect = all.expect.bind(all);

const plan = `suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en, fil]
  tone: {en: Warm., fil: Magiliw.}
channels:
  - id: mail
    kind: email
    name: {en: Mail, fil: Email}
    address: help@shop.example
    from_name: {en: "{agent} at {business}", fil: "{agent} ng {business}"}
    signature: {en: "{agent}\\n{business}", fil: "{agent}\\n{business}"}
teams: [{id: front, name: {en: Front, fil: Harap}}]
topics: [{id: question, name: {en: Question, fil: Tanong}, team: front}]
priorities: [{id: normal, name: {en: Normal, fil: Karaniwan}}]
defaults: {topic: question, priority: normal, team: front}
`;

/** Speaks TLS from the first byte; `refuse` says no to a recipient. `next()` is the next mail that it takes. */
class TlsServer extends SmtpServer {
  kept = [];
  waiting = [];
  refuse = () => null;

  async listenTls(key, cert) {
    const plain = this.server;
    this.tls = createServer({ key, cert }, (socket) => plain.emit('connection', socket));
    await new Promise((done) => this.tls.listen(0, '127.0.0.1', done));
    return `smtps://localhost:${this.tls.address().port}`;
  }

  answerTo(line) {
    const to = /^RCPT TO:<([^>]*)>/i.exec(line);
    return to ? this.refuse(to[1]) : null;
  }

  keep(mail) {
    this.kept.push(mail);
    this.waiting.shift()?.(this.kept.shift());
  }

  next() {
    return this.kept.length > 0 ? Promise.resolve(this.kept.shift()) : new Promise((done) => this.waiting.push(done));
  }
}

const header = (raw, name) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(raw.slice(0, raw.indexOf('\r\n\r\n')))?.[1].replace(/\r\n[ \t]+/g, ' ');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const planFolder = join(folder, 'plan');
mkdirSync(planFolder);
writeFileSync(join(planFolder, 'plan.yaml'), plan);
const store = process.argv[3] ? ['--store', process.argv[3]] : [];
suki.must(['plan', 'adopt', planFolder, '--data', data, '--why', 'test', ...store]);
suki.must(['user', 'add', 'nena', '--name', 'Nena', '--role', 'manager', '--team', 'front', '--data', data], `${password}\n`);
suki.must(['user', 'add', 'ana', '--name', 'Ana Reyes', '--team', 'front', '--data', data], `${password}\n`);

// A certificate for localhost, and two keys to sign with.
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
const keys = ['s1', 's2'].map((selector) => join(folder, `${selector}.key`));
const made = suki.must(['mail', 'dkim', 'new', '--domain', 'shop.example', '--key', keys[0]]);
suki.must(['mail', 'dkim', 'new', '--domain', 'shop.example', '--selector', 's2', '--kind', 'ed25519', '--key', keys[1]]);
expect((statSync(keys[0]).mode & 0o777) === 0o600, 'a private key is for nobody else to read');
const record = /^value {2}(.*)$/m.exec(made)?.[1] ?? '';
expect(/^name {3}s1\._domainkey\.shop\.example$/m.test(made) && record.startsWith('v=DKIM1; k=rsa; p='), made);
expect(suki.run(['mail', 'dkim', 'check', '--key', keys[0], '--record', record]).status === 0, 'the record is that of the key');
const other = suki.run(['mail', 'dkim', 'check', '--key', keys[0], '--record', `${record.slice(0, -10)}AAAAAAAAAA`]);
expect(other.status === 1 && /another key/.test(other.output), `another record: ${other.output}`);
const again = suki.run(['mail', 'dkim', 'new', '--domain', 'shop.example', '--key', keys[0]]);
expect(again.status === 2 && /is there already/.test(again.output), `a key is never overwritten: ${again.output}`);

const mails = new TlsServer();
const url = await mails.listenTls(readFileSync(key), readFileSync(cert));
const smtp = ['--smtp-url', url, '--smtp-ca', cert, '--dkim-key', keys.join(',')];
const { site, end } = await suki.serve(data, [...smtp, '--site-url', 'https://shop.example/', '--no-rate-limit']);

async function logIn(login) {
  const answer = await fetch(`${site}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: site },
    body: JSON.stringify({ login, password }),
  });
  const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const { csrf } = await answer.json();
  return async (method, path, body, type = 'application/json') => {
    const got = await fetch(`${site}/api/v1${path}`, {
      method,
      headers: { cookie, origin: site, 'x-csrf-token': csrf, ...(body === undefined ? {} : { 'content-type': type }) },
      body: body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : body,
    });
    const text = await got.text();
    return { status: got.status, body: text && JSON.parse(text) };
  };
}
/** Asks until `is`; the server does its part meanwhile. */
async function until(ask, is, what) {
  for (let tries = 0; tries < 600; ++tries) {
    const answer = await ask();
    if (is(answer)) return answer;
    await new Promise((done) => setImmediate(done));
  }
  throw new Error(`it never came to: ${what}`);
}

try {
  const deliver = (raw) => suki.must(['mail', 'deliver', '--data', data], raw);
  deliver('From: Liza Cruz <liza@example.net>\nTo: help@shop.example\nSubject: Broken fan\nMessage-ID: <1@example.net>\n\nIt stopped.\nCan you help?\n');
  const ana = await logIn('ana');
  const nena = await logIn('nena');

  // A reply with a file of a megabyte of chance: it arrives byte for byte.
  const bytes = randomBytes(1 << 20);
  const upload = await ana('POST', `/uploads?name=${encodeURIComponent('resibo ñ.bin')}`, bytes, 'application/octet-stream');
  expect(upload.status === 201 || upload.status === 200, `upload: ${upload.status} ${JSON.stringify(upload.body)}`);
  const first = (await ana('GET', '/conversations/1')).body;
  const replied = await ana('POST', '/conversations/1/replies', {
    request_id: 'r1',
    text: 'Yes, bring it.',
    after: first.timeline.at(-1).number,
    uploads: [upload.body.id],
  });
  expect(replied.status === 200 || replied.status === 201, `reply: ${replied.status} ${JSON.stringify(replied.body)}`);
  const mail = await mails.next();
  expect(mail.to === 'liza@example.net', `to ${mail.to}`);
  expect(/^Ana Reyes at Test Shop <help@shop\.example>$/.test(header(mail.raw, 'From')), `From: ${header(mail.raw, 'From')}`);
  const read = JSON.parse(suki.must(['mail', 'parse'], mail.raw));
  expect(read.reply_text === 'Yes, bring it.', `reply_text: ${read.reply_text}`);
  expect(read.signature === '-- \nAna Reyes\nTest Shop', `signature: ${read.signature}`);
  expect(/Liza Cruz wrote:\n> It stopped\.\n> Can you help\?$/.test(read.quote), `quote: ${read.quote}`);
  expect(read.attachments.length === 1 && read.attachments[0].sha256 === sha256(bytes), `files: ${JSON.stringify(read.attachments)}`);
  expect(read.attachments[0]?.name === 'resibo ñ.bin', `name: ${read.attachments[0]?.name}`);
  expect(read.problems.length === 0, `problems: ${read.problems}`);
  const signatures = mail.raw.match(/^DKIM-Signature:/gim) ?? [];
  expect(signatures.length === 2 && /d=shop\.example/.test(header(mail.raw, 'DKIM-Signature')), `signatures: ${signatures.length}`);
  expect(mail.raw.split('\r\n').every((line) => line.length <= 998 && /^[\x00-\x7f]*$/.test(line)), 'short lines of 7 bits');

  // One that is refused for good: the agent sees it beside the message, the manager in the list.
  mails.refuse = () => '550 5.1.1 no such user here';
  await ana('POST', '/conversations/1/replies', { request_id: 'r2', text: 'Are you there?', after: replied.body.timeline.at(-1).number });
  const failed = await until(() => nena('GET', '/mails/failed'), (answer) => answer.body.items?.length === 1, 'a failed mail in the list');
  const one = failed.body.items[0];
  expect(one.kind === 'reply' && one.conversation === '1' && one.subject === 'Broken fan' && one.to === 'liza@example.net', JSON.stringify(one));
  expect(/550 5\.1\.1 no such user here/.test(one.why) && one.may_retry && one.attempts === 1, JSON.stringify(one));
  expect((await ana('GET', '/mails/failed')).status === 403, 'the list is for managers');
  const shown = (await ana('GET', '/conversations/1')).body.messages.at(-1);
  expect(shown.delivery === 'failed', `delivery: ${shown.delivery}`);
  mails.refuse = () => null;
  expect((await ana('POST', `/conversations/1/messages/${shown.id}/retry`)).status === 204, 'the agent tries again');
  const late = await mails.next();
  expect(JSON.parse(suki.must(['mail', 'parse'], late.raw)).reply_text === 'Are you there?', 'the same words');
  await until(() => ana('GET', '/conversations/1'), (answer) => answer.body.messages.at(-1).delivery === 'sent', 'sent');
  expect((await nena('GET', '/mails/failed')).body.items.length === 0, 'and the list is empty');

  // A trial from the page.
  expect((await ana('POST', '/mails/trial', { to: 'ana@example.org' })).status === 403, 'trials are for managers');
  expect((await nena('POST', '/mails/trial', { to: 'nobody' })).status === 400, 'an address is needed');
  expect((await nena('POST', '/mails/trial', { to: 'nena@example.org' })).status === 202, 'a trial begins');
  const trial = await until(() => nena('GET', '/mails/trial'), (answer) => answer.body.state === 'done', 'the end of a trial');
  expect(trial.body.sent && (await mails.next()).to === 'nena@example.org', JSON.stringify(trial.body));
  const steps = Object.fromEntries(trial.body.steps.map((step) => [step.step, step]));
  expect(/TLSv1\.[23].*subject: CN=localhost.*expire date/.test(steps.tls.words) && steps.tls.outcome === 'ok', JSON.stringify(steps.tls));
  expect(steps.login.outcome === 'left_out' && steps.recipient.outcome === 'ok' && steps.taken.words === '250 kept', JSON.stringify(trial.body.steps));

  // And from the command line, beside the running server.
  const good = await suki.runAsync(['mail', 'test', '--to', 'me@example.org', '--data', data, ...smtp]);
  expect(good.status === 0 && /signed \(DKIM\)/.test(good.output) && /^ok +mail taken/m.test(good.output), good.output);
  mails.refuse = () => '554 5.7.1 relay access denied';
  const relay = await suki.runAsync(['mail', 'test', '--to', 'me@example.org', '--data', data, ...smtp]);
  expect(relay.status === 1 && /^FAILED +recipient accepted +554 5\.7\.1 relay access denied/m.test(relay.output) && /--smtp-user/.test(relay.output), relay.output);
  const untrusted = await suki.runAsync(['mail', 'test', '--to', 'me@example.org', '--data', data, '--smtp-url', url]);
  expect(untrusted.status === 1 && /^FAILED +TLS/m.test(untrusted.output) && /--smtp-ca/.test(untrusted.output), untrusted.output);
  const silent = await suki.runAsync(['mail', 'test', '--to', 'me@example.org', '--data', data, '--smtp-url', 'smtp://127.0.0.1:1']);
  expect(silent.status === 1 && /^FAILED +connected/m.test(silent.output), silent.output);
} finally {
  await end();
  mails.tls.close();
  rmSync(folder, { recursive: true, force: true });
}
all.end('out');
