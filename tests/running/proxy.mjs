// The examples of packaging/proxy, as they are but for ports, name and certificate, in front of a served shop: pages and API
// by HTTPS, files, the feed, headers once, lies of a client about where it comes from, figures kept in, and what is said
// when suki is not there.
// usage: node proxy.mjs SUKI_PROGRAM SOURCE nginx|caddy
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Shop } from '../kills/shop.mjs';
import { Expectations, password } from '../mail/program.mjs';
import { openFeed } from './feed.mjs';

const [path, source, kind] = [resolve(process.argv[2]), resolve(process.argv[3]), process.argv[4]];
const program = spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${kind}`], { encoding: 'utf8' }).stdout.trim();
if (!program || spawnSync('openssl', ['version']).status !== 0) {
  console.log(`${program ? 'openssl' : kind} is not installed (./dev setup test does it): its example was not tried. Skipped.`);
  process.exit(77);
}
const name = 'help.your-shop.example';
const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-proxy-'));
chmodSync(folder, 0o755);
const shop = new Shop(path, folder, '');

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
const [secure, plain, inner] = [await freePort(), await freePort(), await freePort()];

const pem = join(folder, 'cert.pem');
const key = join(folder, 'cert.key');
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', pem, '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '2'], { stdio: 'pipe' });
const trusted = { ca: readFileSync(pem), servername: name };

/** `text` with `from` replaced, which must stand there: the example is tried, and nothing else. */
function changed(text, from, to) {
  if (!text.includes(from)) throw new Error(`the example has no "${from}"`);
  return text.replaceAll(from, to);
}

/** The proxy's command line. */
const commands = {
  nginx() {
    let example = readFileSync(join(source, 'packaging/proxy/nginx.conf'), 'utf8');
    for (const [from, to] of [
      ['127.0.0.1:8080', `127.0.0.1:${inner}`],
      ['listen 80;', `listen 127.0.0.1:${plain};`],
      ['listen [::]:80;', ''],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${secure} ssl http2;`],
      ['listen [::]:443 ssl http2;', ''],
      [`/etc/letsencrypt/live/${name}/fullchain.pem`, pem],
      [`/etc/letsencrypt/live/${name}/privkey.pem`, key],
    ])
      example = changed(example, from, to);
    // What Debian's nginx.conf has around it, in this folder.
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/nginx/${one};`);
    mkdirSync(join(folder, 'nginx'));
    const user = process.getuid() === 0 ? 'user www-data;' : '';
    writeFileSync(join(folder, 'nginx.conf'), `${user}\ndaemon off;\npid ${folder}/nginx/pid;\nerror_log stderr;\nevents {}\nhttp {\n${places.join('\n')}\naccess_log off;\n${example}\n}\n`);
    return [program, ['-p', folder, '-c', join(folder, 'nginx.conf')]];
  },
  caddy() {
    let example = readFileSync(join(source, 'packaging/proxy/Caddyfile'), 'utf8');
    example = changed(example, '127.0.0.1:8080', `127.0.0.1:${inner}`);
    // Caddy would ask for a certificate over the internet.
    example = changed(example, `\n${name} {`, `\n${name} {\n\tbind 127.0.0.1\n\ttls ${pem} ${key}`);
    const own = `{\n\tadmin off\n\thttp_port ${plain}\n\thttps_port ${secure}\n}\n`;
    writeFileSync(join(folder, 'Caddyfile'), own + example);
    return [program, ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]];
  },
};

/** One request to the proxy: { status, headers, raw, body }, or an error's { status: 0, code }. */
function ask(method, target, { body, headers = {}, bySecure = true } = {}) {
  return new Promise((done) => {
    const request = (bySecure ? https : http).request(
      { host: '127.0.0.1', port: bySecure ? secure : plain, method, path: target, agent: false, timeout: 30_000, ...(bySecure ? trusted : {}), headers: { host: name, origin: `https://${name}`, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }), ...headers } },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part)).on('error', () => done({ status: 0, code: 'cut' }));
        answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, raw: answer.rawHeaders, body: Buffer.concat(parts).toString() }));
      },
    );
    request.on('error', (error) => done({ status: 0, code: error.code })).on('timeout', () => request.destroy());
    request.end(body);
  });
}
const times = (answer, header) => (answer.raw ?? []).filter((text, i) => i % 2 === 0 && text.toLowerCase() === header).length;

let proxy;
let said = '';
async function startProxy() {
  const [command, args] = commands[kind]();
  proxy = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  for (const stream of [proxy.stdout, proxy.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  let ended = false;
  proxy.once('exit', () => (ended = true));
  for (const until = Date.now() + 30_000; Date.now() < until && !ended; ) if ((await ask('GET', '/healthz')).status !== 0) return;
  throw new Error(`${kind} does not answer: ${said}`);
}

async function pagesAndApi() {
  const page = await ask('GET', '/');
  expect(page.status === 200 && page.body.includes('<!doctype html>'), `the page: ${page.status} ${page.body?.slice(0, 80)}`);
  for (const header of ['strict-transport-security', 'content-security-policy', 'x-content-type-options', 'referrer-policy', 'x-frame-options', 'x-request-id'])
    expect(times(page, header) === 1, `${header} stands ${times(page, header)} times on the page`);
  expect(page.headers['strict-transport-security'] === 'max-age=31536000', `for how long: ${page.headers['strict-transport-security']}`);
  const redirected = await ask('GET', '/desk', { bySecure: false });
  expect([301, 308].includes(redirected.status) && new RegExp(`^https://${name}(:${secure})?/desk$`).test(redirected.headers.location), `by HTTP: ${redirected.status} ${redirected.headers?.location}`);

  const form = { request_id: 'one', name: 'Liza', email: '', topic: '', subject: 'A matter', message: 'Hello.', language: 'en' };
  const made = await ask('POST', '/api/v1/public/conversations', { body: JSON.stringify(form) });
  expect(made.status === 201, `a conversation: ${made.status} ${made.body}`);
  // nginx takes one megabyte unless told otherwise.
  const file = await ask('POST', '/api/v1/public/uploads?name=scan.bin', { body: Buffer.alloc(6 << 20, 7), headers: { 'content-type': 'application/octet-stream' } });
  expect(file.status === 201, `a file of 6 MiB: ${file.status} ${file.body}`);
}

async function deskAndFeed() {
  const signed = await ask('POST', '/api/v1/session', { body: JSON.stringify({ login: 'ana', password }) });
  const cookie = signed.headers?.['set-cookie']?.[0] ?? '';
  expect(signed.status === 200 && /; Secure/i.test(cookie), `a session, by HTTPS alone: ${signed.status} ${cookie.replace(/=[^;]*/, '=...')}`);
  const site = new URL(`https://127.0.0.1:${secure}`);
  const feed = await openFeed(site, { host: name, origin: `https://${name}`, cookie: cookie.split(';')[0] }, trusted);
  const unsigned = await openFeed(site, { host: name, origin: `https://${name}` }, trusted).catch((error) => error.message);
  expect(unsigned === 'the feed: 401', `a feed for nobody: ${unsigned}`);
  return feed;
}

/** Whatever a client says, it comes from where the proxy saw it: so it runs out of attempts. */
async function lies() {
  const statuses = [];
  for (let i = 0; i < 400 && !statuses.includes(429); ++i)
    statuses.push((await ask('GET', '/api/v1/public/site', { headers: { 'x-forwarded-for': `198.51.100.${i % 250}, 203.0.113.${i % 250}`, 'x-forwarded-proto': 'http', forwarded: `for=192.0.2.${i % 250}` } })).status);
  expect(statuses.includes(429), `another address each time was believed: ${[...new Set(statuses)]}`);
  const ready = await ask('GET', '/metrics');
  expect(ready.status === 403, `figures through the proxy: ${ready.status}`);
}

try {
  shop.setUp();
  const server = spawn(path, ['serve', '--data', shop.data, '--listen', `127.0.0.1:${inner}`, '--site-url', `https://${name}`, '--trust-forwarded', '--log-level', 'off'], { stdio: ['ignore', 'pipe', 'pipe'] });
  shop.server = server;
  const ended = new Promise((done) => server.once('exit', done));
  await new Promise((done, lost) => {
    server.stdout.once('data', done);
    void ended.then((status) => lost(new Error(`suki ended with ${status}`)));
  });
  await startProxy();
  await pagesAndApi();
  const feed = await deskAndFeed();
  await lies();
  server.kill('SIGTERM');
  expect((await ended) === 0, 'suki ends behind a proxy that keeps connections');
  const code = await feed.closed;
  expect(code === 1001, `the feed is told through the proxy that suki goes: ${code}`);
  const gone = await ask('GET', '/');
  expect(gone.status === 502, `without suki: ${gone.status}`);
} catch (error) {
  expect(false, `${error.stack}\n${said}`);
} finally {
  shop.server?.kill('SIGKILL');
  const over = proxy && proxy.exitCode === null && new Promise((done) => proxy.once('exit', done));
  if (over && proxy.kill('SIGTERM')) await over;
  rmSync(folder, { recursive: true, force: true });
}
all.end(`behind ${kind}`);
process.exit();
