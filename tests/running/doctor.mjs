// Each fault that `suki doctor` names, made on purpose: it is found, alone, with why and cure; where all is well nothing is.
// usage: node doctor.mjs SUKI_PROGRAM
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, mkdirSync, utimesSync, writeFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hasPostgres, Postgres } from '../kills/postgres.mjs';
import { Shop } from '../kills/shop.mjs';
import { Expectations } from '../mail/program.mjs';
import { SmtpServer } from '../mail/smtp.mjs';

const path = resolve(process.argv[2]);
const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-doctor-'));
chmodSync(folder, 0o755);
const shop = new Shop(path, folder, '');
let postgres;

const port = await new Promise((done) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => done(free));
  });
});
const free = `127.0.0.1:${port}`;

/** What it finds: the codes of all that is not ok, and the findings. Not by spawnSync: the servers that it asks live here. */
async function examine(more = [], env = {}) {
  const usual = [['--listen', free], ['--data', shop.data]].filter(([name]) => !more.includes(name)).flat();
  const program = spawn(path, ['doctor', '--json', ...usual, ...more], { env: { ...process.env, ...env } });
  let text = '';
  let errors = '';
  program.stdout.setEncoding('utf8').on('data', (part) => (text += part));
  program.stderr.setEncoding('utf8').on('data', (part) => (errors += part));
  const status = await new Promise((done) => program.once('close', done));
  let report = { findings: [] };
  try {
    report = JSON.parse(text);
  } catch {
    expect(false, `doctor ${more.join(' ')}: no JSON: ${text}${errors}`);
  }
  const bad = report.findings.filter((finding) => finding.level !== 'ok' && !tolerated.has(finding.code));
  for (const finding of report.findings) {
    const whole = finding.level === 'ok' ? !finding.code && !finding.why : finding.code && finding.what && finding.why && finding.cure;
    expect(whole, `a finding that is not whole: ${JSON.stringify(finding)}`);
  }
  const worst = Math.max(0, ...report.findings.map(({ level }) => ['ok', 'warning', 'error'].indexOf(level)));
  expect(status === worst, `doctor ${more.join(' ')} ends with ${status}, and its worst finding is of ${worst}`);
  expect(report.ok === (worst === 0), 'ok');
  return { status, codes: bad.map((finding) => finding.code), bad, report, text };
}
const tolerated = new Set(); // of the machine that the test runs on

/** Makes a fault, sees it found, and nothing else. */
async function fault(name, codes, more = [], env = {}) {
  const found = await examine(more, env);
  expect(JSON.stringify(found.codes) === JSON.stringify([codes].flat()), `${name}: found ${JSON.stringify(found.bad)} and not ${codes}`);
  return found;
}

function sql(statement) {
  execFileSync('sqlite3', [join(shop.data, 'suki.db'), statement]);
}

/** A certificate and its key, PEM. */
function certificate(name, days, more = []) {
  const pem = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const host = more.length ? more[0] : 'help.shop.example';
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', pem, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host},IP:127.0.0.1`, '-days', String(days)], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return { pem, key };
}

/** One that an authority of our own has signed; `days` may be negative. */
function signed(name, days, host = 'help.shop.example') {
  const authority = existsSync(join(folder, 'ca.pem')) ? { pem: join(folder, 'ca.pem'), key: join(folder, 'ca.key') } : certificate('ca', 30, ['ca.example']);
  const key = join(folder, `${name}.key`);
  const request = join(folder, `${name}.csr`);
  const pem = join(folder, `${name}.pem`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=DNS:${host},DNS:localhost,IP:127.0.0.1\n`);
  execFileSync('openssl', ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', request, '-subj', `/CN=${host}`], { stdio: 'pipe' });
  execFileSync('openssl', ['x509', '-req', '-in', request, '-CA', authority.pem, '-CAkey', authority.key, '-CAcreateserial', '-out', pem, '-extfile', extensions, '-days', String(days)], { stdio: 'pipe' });
  return { pem, key, ca: authority.pem };
}

async function clockFaults() {
  const seconds = (ahead) => (Date.now() / 1000 + ahead) * 1e6;
  sql(`insert into input_log (position, at, conversation, in_force, command) select 1000000, ${Math.round(seconds(86400))}, 1, 1, command from input_log limit 1`);
  await fault('an entry of tomorrow', 'clock-behind');
  sql(`update input_log set at = ${Math.round(seconds(-3 * 365 * 86400))}`);
  await fault('no entry for three years', 'clock-ahead');
  sql('delete from input_log where position = 1000000');
  sql(`update input_log set at = ${Math.round(seconds(0))}`);
  writeFileSync(join(shop.data, 'note'), '');
  chmodSync(join(shop.data, 'note'), 0o600);
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(join(shop.data, 'note'), later, later);
  await fault('a file of an hour later', 'clock-behind-files');
  rmSync(join(shop.data, 'note'));
}

async function zoneFaults() {
  const zones = join(folder, 'zones');
  mkdirSync(zones);
  await fault('no zone data', ['zones-missing'], [], { TZDIR: zones });
  mkdirSync(join(zones, 'America'));
  const original = '/usr/share/zoneinfo/America/New_York';
  cpSync(original, join(zones, 'America/New_York'), { dereference: true });
  const found = await examine([], { TZDIR: zones });
  expect(found.codes.includes('zones-of-unknown-release') && found.codes.includes('zone-missing'), `zones without a release: ${JSON.stringify(found.bad)}`);
  mkdirSync(join(zones, 'Asia'));
  cpSync('/usr/share/zoneinfo/Asia/Tokyo', join(zones, 'Asia/Manila'), { dereference: true });
  cpSync('/usr/share/zoneinfo/tzdata.zi', join(zones, 'tzdata.zi'), { dereference: true });
  await fault('a zone with other times', 'zone-moved', [], { TZDIR: zones });
  cpSync('/usr/share/zoneinfo/Asia/Manila', join(zones, 'Asia/Manila'), { dereference: true });
  // Its footer, the rule for the years after the last written one, says nothing of summer any more.
  const bytes = readFileSync(original);
  const footer = bytes.lastIndexOf('\nEST5EDT');
  writeFileSync(join(zones, 'America/New_York'), Buffer.concat([bytes.subarray(0, footer), Buffer.from('\nEST5\n')]));
  await fault('zone data that ends in 2037', 'zones-end-early', [], { TZDIR: zones });
}

async function folderFaults() {
  chmodSync(shop.data, 0o755);
  await fault('a folder for everybody', 'folder-open-to-others');
  chmodSync(shop.data, 0o700);
  chmodSync(join(shop.data, 'suki.db'), 0o644);
  await fault('a file for everybody', 'file-open-to-others');
  chmodSync(join(shop.data, 'suki.db'), 0o600);
  await fault('no folder', 'folder-missing', ['--data', join(folder, 'nowhere')]);
  writeFileSync(join(folder, 'file'), '');
  await fault('a folder that is a file', 'folder-is-none', ['--data', join(folder, 'file')]);
  if (process.getuid() === 0) {
    chownSync(shop.data, 1, 1);
    await fault('a folder of another', 'folder-of-another');
    chownSync(shop.data, 0, 0);
    chownSync(join(shop.data, 'suki.db'), 1, 1);
    await fault('a file of another', 'file-of-another');
    chownSync(join(shop.data, 'suki.db'), 0, 0);
  }
}

/** Limits of the process, by the shell. */
async function diskFaults() {
  const limited = (limit) => {
    const done = spawnSync('bash', ['-c', `ulimit ${limit}; exec "$0" doctor --json --listen ${free} --data "$1"`, path, shop.data], { encoding: 'utf8' });
    return JSON.parse(done.stdout).findings.filter((f) => f.level !== 'ok').map((f) => f.code);
  };
  expect(limited('-n 200').includes('few-open-files'), 'few open files');
  expect(limited('-f 1000').includes('file-length-limited'), 'files of a megabyte');
  const small = join(folder, 'small');
  mkdirSync(small);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', small]).status !== 0) {
    console.log('tmpfs cannot be mounted here: a disk that is full, or read-only, was not tried');
    return;
  }
  try {
    cpSync(shop.data, small, { recursive: true });
    await fault('a full disk', 'disk-full', ['--data', small]);
    spawnSync('mount', ['-o', 'remount,ro', small]);
    const found = await examine(['--data', small]);
    expect(found.codes.includes('not-writable'), `read-only: ${JSON.stringify(found.bad)}`);
  } finally {
    spawnSync('umount', [small]);
  }
}

async function storeFaults() {
  sql('insert into migrations (number) values (900)');
  await fault('a store of a later version', 'store-too-new');
  sql('delete from migrations where number = 900');
  const steps = execFileSync('sqlite3', [join(shop.data, 'suki.db'), 'select max(number) from migrations'], { encoding: 'utf8' }).trim();
  sql(`delete from migrations where number = ${steps}`);
  await fault('a store of an earlier version', 'store-to-be-moved-forward');
  const left = execFileSync('sqlite3', [join(shop.data, 'suki.db'), 'select max(number) from migrations'], { encoding: 'utf8' }).trim();
  expect(left !== steps, 'doctor has moved the store forward');
  sql(`insert into migrations (number) values (${steps})`);
  const broken = join(folder, 'broken');
  cpSync(shop.data, broken, { recursive: true });
  chmodSync(broken, 0o700);
  for (const file of readdirSync(broken)) if (/-(wal|shm)$/.test(file)) rmSync(join(broken, file));
  writeFileSync(join(broken, 'suki.db'), 'this is no database, and was never one'.repeat(200));
  await fault('a damaged store', 'store-unreadable', ['--data', broken]);
  const empty = join(folder, 'empty');
  mkdirSync(empty, { mode: 0o700 });
  await fault('an empty folder', 'no-plan', ['--data', empty]);
  expect(!existsSync(join(empty, 'suki.db')), 'doctor has made a store');
}

async function planFaults() {
  const bytes = "select version, name, hex(bytes) from plan_files where name = 'plan.yaml'";
  const [, , hex] = execFileSync('sqlite3', [join(shop.data, 'suki.db'), bytes], { encoding: 'utf8' }).trim().split('|');
  sql("update plan_files set bytes = x'00' where name = 'plan.yaml'");
  const found = await fault('a damaged plan', 'store-unusable');
  expect(/plan version 1 cannot be used: .*restore/.test(found.bad[0]?.what), `a damaged plan: ${JSON.stringify(found.bad)}`);
  sql(`update plan_files set bytes = x'${hex}' where name = 'plan.yaml'`);
  sql("update accounts set email = 'nobody' where login = 'ana'");
  await fault('staff without a right address', 'staff-unreached');
  sql("update accounts set email = '' where login = 'ana'");
}

async function mailFaults() {
  await fault('an outbox without a server', 'mail-without-server');
  class Mails extends SmtpServer {
    keep() {}
  }
  const mails = new Mails();
  const good = await mails.listen();
  const dead = `smtp://127.0.0.1:${port}`;
  sql(`update outbox set next_at = ${Math.round((Date.now() / 1000 - 3600) * 1e6)}`);
  await fault('an outbox that is stuck', 'outbox-stuck', ['--smtp-url', good]);
  sql('update outbox set state = 2');
  await fault('mails that failed', 'mails-failed', ['--smtp-url', good]);
  sql('update outbox set state = 1');
  await fault('a mail server that answers', [], ['--smtp-url', good]);
  await fault('nobody there', 'mail-server-silent', ['--smtp-url', dead]);
  await fault('no such host', 'mail-server-unknown', ['--smtp-url', 'smtp://mail.shop.invalid']);
  await fault('no such kind', 'mail-server-address', ['--smtp-url', 'http://127.0.0.1']);
  const password = join(folder, 'password');
  writeFileSync(password, 'secret\n', { mode: 0o600 });
  await fault('a password without TLS', 'mail-server-tls', ['--smtp-url', good, '--smtp-user', 'shop', '--smtp-password-file', password]);
  // A name under .localhost leads here, and is no name of this machine.
  const elsewhere = good.replace('127.0.0.1', 'mail.localhost');
  await fault('a mail server elsewhere without TLS', 'mail-server-tls', ['--smtp-url', elsewhere]);
  await fault('the same, as the operator wants it', 'mail-line-open', ['--smtp-url', elsewhere, '--plain-smtp']);
  await fault('no password file', 'password-file-unreadable', ['--smtp-url', good, '--smtp-password-file', join(folder, 'none')]);
  chmodSync(password, 0o644);
  await fault('a password for everybody', 'password-file-open-to-others', ['--smtp-url', good, '--smtp-password-file', password]);
  chmodSync(password, 0o600);

  const { pem, key, ca } = signed('mail', 20);
  const secure = tls.createServer({ cert: readFileSync(pem), key: readFileSync(key) }, (socket) => {
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    socket.setEncoding('utf8').on('data', (text) => {
      const said = text.trim();
      const plain = /^AUTH PLAIN (\S+)/i.exec(said)?.[1];
      if (/^EHLO/i.test(said)) socket.write('250-test\r\n250 AUTH PLAIN\r\n');
      else if (/^AUTH PLAIN$/i.test(said)) socket.write('334 \r\n');
      else if (plain ?? /^[A-Za-z0-9+/=]{8,}$/.test(said)) socket.write(Buffer.from(plain ?? said, 'base64').toString().endsWith('\0secret') ? '235 welcome\r\n' : '535 5.7.8 not you\r\n');
      else socket.write(/^QUIT/i.test(said) ? '221 bye\r\n' : '250 ok\r\n');
    });
  });
  secure.on('tlsClientError', () => {});
  await new Promise((done) => secure.listen(0, '127.0.0.1', done));
  const smtps = ['--smtp-url', `smtps://127.0.0.1:${secure.address().port}`, '--smtp-user', 'shop', '--smtp-password-file', password];
  await fault('a certificate that nobody vouches for', 'mail-server-tls', smtps);
  await fault('the right password', [], [...smtps, '--smtp-ca', ca]);
  writeFileSync(password, 'wrong\n');
  await fault('the wrong password', 'mail-log-in-refused', [...smtps, '--smtp-ca', ca]);
  secure.close();
}

async function certificateFaults() {
  const of = ({ pem, key }, site = 'https://help.shop.example') => ['--tls-cert', pem, '--tls-key', key, '--site-url', site];
  const good = signed('good', 60);
  await fault('a good certificate', [], of(good));
  await fault('one of another host', 'certificate-of-another-host', of(good, 'https://desk.shop.example:8443/x'));
  await fault('one that ends soon', 'certificate-ends-soon', of(signed('soon', 10)));
  await fault('one that has ended', 'certificate-ended', of(signed('ended', -1)));
  await fault('one that signed itself', 'certificate-self-signed', of(certificate('self', 60)));
  await fault('the key of another', 'certificate-and-key', of({ pem: good.pem, key: signed('other', 60).key }));
  await fault('no key', 'certificate-without-key', ['--tls-cert', good.pem]);
  await fault('no such file', 'certificate-unreadable', of({ pem: join(folder, 'none.pem'), key: good.key }));
  writeFileSync(join(folder, 'text.pem'), 'this is none\n');
  await fault('a file without one', 'certificate-unreadable', of({ pem: join(folder, 'text.pem'), key: good.key }));
}

async function serverFaults() {
  const busy = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => busy.once('listening', done));
  await fault('a port that is taken', 'port-unusable', ['--listen', `127.0.0.1:${busy.address().port}`]);
  busy.close();
  await fault('an address of another machine', 'port-unusable', ['--listen', '192.0.2.1:8080']);
  await fault('no address', 'listen-unreadable', ['--listen', 'here']);

  await shop.start();
  const found = await fault('beside a running server', []);
  expect(found.report.findings.some((f) => f.what.includes('answers, and is ready')), `the running server: ${found.text}`);
  const lock = readFileSync(join(shop.data, 'lock'), 'utf8');
  writeFileSync(join(shop.data, 'lock'), lock.replace(/:\d+\n$/, `:${port}\n`));
  await fault('a server that does not answer there', 'server-unreachable');
  const other = net.createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
  await new Promise((done) => other.listen(port, '127.0.0.1', done));
  await fault('another program there', 'server-is-another');
  other.close();
  writeFileSync(join(shop.data, 'lock'), lock);
  expect((await shop.stop()) === 0, 'a clean stop');

  // Settings as the service has them, and people's form.
  const settings = join(folder, 'suki.conf');
  writeFileSync(settings, `# settings\nSUKI_DATA_DIR=${shop.data}\nSUKI_LISTEN="${free}"\nSUKI_SMTP_URL=smtp://127.0.0.1:${port}\n`);
  const told = spawnSync(path, ['doctor', '--settings', settings], { encoding: 'utf8' });
  expect(told.status === 2 && /error +mail: smtp:.*\n +why: .*\n +cure: /.test(told.stdout) && /^\d+ errors?, \d+ warnings?$/m.test(told.stdout), `for people: ${told.stdout}${told.stderr}`);
  const none = spawnSync(path, ['doctor', '--settings', join(folder, 'none.conf')], { encoding: 'utf8' });
  expect(none.status === 2 && none.stderr.includes('cannot be read'), `no settings: ${none.stderr}`);
}

async function databaseFaults() {
  if (!hasPostgres()) return console.log('PostgreSQL is not installed: its faults were not tried');
  postgres = new Postgres(folder);
  await postgres.start();
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  const other = new Shop(path, kept, postgres.url());
  other.setUp();
  const fine = await fault('a database that answers', [], ['--data', other.data]);
  expect(/PostgreSQL \d+/.test(fine.text), 'its version');
  await postgres.stop();
  const found = await fault('a database that is stopped', 'database-unreachable', ['--data', other.data]);
  expect(!found.text.includes('secret'), 'a password');
}

try {
  shop.setUp();
  await shop.start();
  const form = { request_id: 'one', name: 'Liza', email: 'liza@example.net', topic: '', subject: 'A matter', message: 'Hello.', language: 'en' };
  expect((await shop.ask('POST', '/api/v1/public/conversations', form))?.status === 201, 'a conversation');
  await shop.stop();
  sql('update outbox set state = 1');
  // This machine may have faults of its own; they are named, and left out below.
  const machine = await examine();
  for (const code of machine.codes) {
    if (['disk-nearly-full', 'few-open-files', 'file-length-limited'].includes(code)) tolerated.add(code);
    else expect(false, `where all should be well: ${JSON.stringify(machine.bad)}`);
  }
  for (const part of [clockFaults, zoneFaults, folderFaults, diskFaults, storeFaults, planFaults]) await part();
  sql('update outbox set state = 0');
  await mailFaults();
  for (const part of [certificateFaults, serverFaults, databaseFaults]) await part();
  // Nothing was changed, and nothing left behind.
  expect(!readdirSync(shop.data).some((name) => name.startsWith('doctor')), 'files are left behind');
} catch (error) {
  expect(false, error.stack);
} finally {
  shop.server?.kill('SIGKILL');
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
}
all.end('doctor');
process.exit();
