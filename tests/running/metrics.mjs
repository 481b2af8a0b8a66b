// The figures that the program really exports: who may read them, that they are what Prometheus takes, that each is told of in
// the guide, and that the dashboard and the alarms ask for nothing else.
// usage: node metrics.mjs SUKI_PROGRAM SOURCE
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Shop } from '../kills/shop.mjs';
import { Expectations } from '../mail/program.mjs';
import { SmtpServer } from '../mail/smtp.mjs';
import { openFeed } from './feed.mjs';

const [path, source] = process.argv.slice(2).map((part) => resolve(part));
const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-metrics-'));

/** Takes mails, and says so. */
class Mails extends SmtpServer {
  taken = new Promise((done) => (this.keep = done));
}
const mails = new Mails();
const token = 'a-token-of-some-length';
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });

/** Families with their type, and series with their labels and value, or an Error that names the line. */
function parse(text) {
  const families = new Map();
  const series = [];
  const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
  const sample = new RegExp(String.raw`^([a-zA-Z_:][\w:]*)(?:\{((?:${label}(?:,${label})*)?)\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|[+-]Inf)$`);
  if (!text.endsWith('\n')) throw new Error('no line end at the end');
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (type) {
      if (families.has(type[1])) throw new Error(`twice: ${line}`);
      families.set(type[1], type[2]);
    } else if (!line.startsWith('# HELP ')) {
      const found = sample.exec(line);
      if (!found) throw new Error(`not understood: ${line}`);
      const labels = Object.fromEntries([...(found[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((m) => [m[1], m[2]]));
      const family = found[1].replace(/_(bucket|sum|count)$/, '');
      if (!families.has(found[1]) && families.get(family) !== 'histogram') throw new Error(`of no family: ${line}`);
      series.push({ name: found[1], labels, value: Number(found[3].replace('Inf', 'Infinity')) });
    }
  }
  return { families, series };
}

const value = ({ series }, name, labels = {}) =>
  series.find((s) => s.name === name && Object.entries(labels).every(([key, v]) => s.labels[key] === v))?.value;

/** The dashboard's questions: [title, expression]. */
function questionsOf(dashboard) {
  const expressions = dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => [panel.title, target.expr]));
  for (const variable of dashboard.templating.list) if (variable.definition) expressions.push([variable.label, variable.definition]);
  return expressions;
}

/** Those of the alarms, and what is said when one goes off. */
function alarmsOf(yaml) {
  return yaml
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((rule) => ({ title: /^\w+/.exec(rule)[0], expr: /^ +expr: (.+)$/m.exec(rule)?.[1] ?? '', summary: /^ +summary: (.+)$/m.exec(rule)?.[1], cure: /^ +cure: (.+)$/m.exec(rule)?.[1] }));
}

/** Every name in such questions, with the labels that it is asked by. */
function asked(expressions) {
  const words = new Set('sum by min max rate histogram_quantile topk le label_values'.split(' '));
  const found = [];
  for (const [title, expression] of expressions) {
    const names = [...expression.matchAll(/\b((?:suki|process)_\w+)(?:\{([^}]*)\})?/g)];
    if (!names.length) found.push({ title, name: `nothing in ${expression}`, labels: [] });
    for (const [, name, selectors = ''] of names) {
      const labels = [...selectors.matchAll(/(\w+)\s*[=!]/g)].map((m) => m[1]);
      const by = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap((m) => m[1].split(/,\s*/));
      found.push({ title, name, labels: [...labels, ...by].filter((l) => l !== 'job' && l !== 'instance' && !words.has(l)) });
    }
  }
  return found;
}

let shop;
try {
  shop = new Shop(path, folder, '', ['--smtp-url', await mails.listen()]);
  shop.setUp();
  await shop.start();
  const form = { request_id: 'one', name: 'Liza', email: 'liza@example.net', topic: '', subject: 'A matter', message: 'Hello.', language: 'en' };
  expect((await shop.ask('POST', '/api/v1/public/conversations', form))?.status === 201, 'a conversation');
  await mails.taken;
  const mail = 'From: Jose <jose@example.com>\nTo: help@shop.example\nSubject: Paper\nMessage-ID: <1@example.com>\n\nDo you have A4?\n';
  for (let i = 0; i < 2; ++i) shop.suki.must(['mail', 'deliver', '--data', shop.data], mail);
  const session = await shop.logIn();
  await shop.ask('GET', '/api/v1/conversations?view=all', undefined, session);
  await shop.ask('GET', `/c/${'x'.repeat(40)}/nowhere.js`);
  const feed = await openFeed(shop.site, { cookie: session.cookie });

  // What came of the mail is counted a moment after the mail server has said that it has it.
  let text;
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const answer = await shop.ask('GET', '/metrics');
    expect(answer?.status === 200, `/metrics: ${answer?.status}`);
    expect(answer?.headers['content-type'] === 'text/plain; version=0.0.4; charset=utf-8', `its type: ${answer?.headers['content-type']}`);
    text = answer.body;
    if (value(parse(text), 'suki_mails_out_total', { how: 'sent' }) >= 1) break;
  }
  const found = parse(text);
  for (const [name, labels, wanted] of [
    ['suki_http_requests_total', { method: 'POST', route: '/api/v1/public/conversations', status: '201' }, 1],
    ['suki_http_request_seconds_count', { method: 'POST', route: '/api/v1/public/conversations' }, 1],
    ['suki_http_requests_total', { method: 'GET', route: '/api/v1/feed', status: '101' }, 1],
    ['suki_mails_in_total', { how: 'taken' }, 1],
    ['suki_mails_in_total', { how: 'duplicate' }, 1],
    ['suki_feed_readers', {}, 1],
    ['suki_store_up', {}, 1],
    ['suki_plan_version', {}, 1],
    ['suki_conversations', { state: 'open' }, 2],
    ['suki_conversations', { state: 'closed' }, 0],
    ['suki_outbox_failed', {}, 0],
    ['suki_mailboxes', {}, 0],
    ['suki_mailboxes_failing', {}, 0],
    ['suki_mails_quarantined', {}, 0],
  ])
    expect(value(found, name, labels) === wanted, `${name} ${JSON.stringify(labels)}: ${value(found, name, labels)} and not ${wanted}`);
  for (const name of ['suki_store_group_requests_sum', 'suki_store_wait_seconds_count', 'process_resident_memory_bytes', 'suki_store_position', 'suki_connections'])
    expect(value(found, name) >= 1, `${name}: ${value(found, name)}`);
  expect(value(found, 'suki_build_info')?.toString() === '1' && found.series.find((s) => s.name === 'suki_build_info').labels.version === shop.suki.must(['version']).split('\n')[0].slice(5), 'the version');
  // Buckets only grow, and the last holds all.
  for (const [name, type] of found.families) {
    if (type !== 'histogram') continue;
    const byLabels = new Map();
    for (const s of found.series.filter((one) => one.name === `${name}_bucket`)) {
      const { le, ...rest } = s.labels;
      const key = JSON.stringify(rest);
      byLabels.set(key, [...(byLabels.get(key) ?? []), [Number(le.replace('Inf', 'Infinity')), s.value]]);
    }
    expect(byLabels.size > 0, `${name} has no buckets`);
    for (const [key, buckets] of byLabels) {
      const sorted = buckets.sort((a, b) => a[0] - b[0]);
      expect(sorted.every(([, n], i) => i === 0 || n >= sorted[i - 1][1]), `${name} ${key}: buckets that shrink`);
      expect(sorted.at(-1)[0] === Infinity && sorted.at(-1)[1] === value(found, `${name}_count`, JSON.parse(key)), `${name} ${key}: its count`);
    }
  }
  for (const secret of ['Liza', 'liza', 'example.net', 'matter', 'nowhere', session.cookie.split('=')[1]]) expect(!text.includes(secret), `it tells "${secret}"`);

  const guide = readFileSync(join(source, 'docs/guide/running.md'), 'utf8');
  for (const name of found.families.keys()) expect(guide.includes(`\`${name}`), `docs/guide/running.md does not tell of ${name}`);
  for (const [, name] of guide.matchAll(/`((?:suki|process)_[a-z_]+)/g)) expect(found.families.has(name), `docs/guide/running.md tells of ${name}, which is not there`);
  const dashboard = JSON.parse(readFileSync(join(source, 'packaging/grafana/suki.json'), 'utf8'));
  const questions = asked(questionsOf(dashboard));
  const alarms = alarmsOf(readFileSync(join(source, 'packaging/prometheus/alerts.yml'), 'utf8'));
  expect(questions.length > 30, 'the dashboard asks');
  expect(alarms.length >= 10 && new Set(alarms.map(({ title }) => title)).size === alarms.length, 'alarms, each with a name of its own');
  for (const { title, summary, cure } of alarms) expect(summary && cure, `the alarm "${title}" says neither what nor the cure`);
  // "up" is Prometheus' own.
  const alarmed = asked(alarms.filter(({ expr }) => !/^up\{/.test(expr)).map(({ title, expr }) => [title, expr]));
  for (const { title, name, labels } of [...questions, ...alarmed]) {
    const of = found.series.filter((s) => s.name === name);
    expect(of.length > 0, `"${title}" asks for ${name}, which is not exported`);
    for (const label of labels) expect(of.some((s) => label in s.labels), `"${title}" asks ${name} by "${label}", which it does not have`);
  }
  const routes = Object.keys(JSON.parse(shop.suki.must(['openapi'])).paths);
  for (const { title, expr } of alarms)
    for (const [, not, kind, route] of expr.matchAll(/\broute(!?)=(~?)"([^"]*)"/g))
      expect(routes.some((one) => (kind ? new RegExp(`^(?:${route})$`).test(one) : one === route)), `the alarm "${title}" asks for the route ${not}${route}, which is not there`);
  const shown = new Set(questions.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
  for (const name of found.families.keys())
    if (name.startsWith('suki_') && !['suki_plan_version', 'suki_stopping', 'suki_wakes_due'].includes(name)) expect(shown.has(name), `the dashboard shows nothing of ${name}`);
  expect(new Set(dashboard.panels.map((panel) => panel.id)).size === dashboard.panels.length, 'two panels with one id');

  // Who comes through a proxy is not on this machine.
  for (const [name, said] of [['x-forwarded-for', '127.0.0.1'], ['forwarded', 'for=127.0.0.1'], ['via', '1.1 proxy'], ['x-forwarded-proto', 'https']]) {
    const through = await shop.ask('GET', '/metrics', undefined, { [name]: said });
    expect(through?.status === 403 && through.body.code === 'forbidden', `with ${name}: ${through?.status}`);
  }
  feed.socket.destroy();
  await shop.stop();

  shop.more = ['--metrics-token-file', tokenFile];
  await shop.start();
  const withToken = (said) => shop.ask('GET', '/metrics', undefined, said ? { authorization: said } : {});
  expect((await withToken(`Bearer ${token}`))?.status === 200, 'the token');
  expect((await shop.ask('GET', '/metrics', undefined, { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.7' }))?.status === 200, 'the token through a proxy');
  for (const wrong of ['', 'Bearer ', `Bearer ${token}x`, token, `Basic ${token}`, `Bearer ${'x'.repeat(5000)}`]) expect((await withToken(wrong))?.status === 403, `"${wrong.slice(0, 40)}" is let in`);
  await shop.stop();
  writeFileSync(tokenFile, 'short\n');
  const refused = shop.suki.run(['serve', '--data', shop.data, '--listen', '127.0.0.1:0', ...shop.more]);
  expect(refused.status === 2 && refused.output.includes('16 characters'), `a short token: ${refused.output}`);
} catch (error) {
  expect(false, error.stack);
} finally {
  shop?.server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
all.end('metrics');
process.exit();
