// Runs the vectors with the published schema and a few lines of JavaScript, without this package: node run.mjs
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
const load = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const { $defs } = load('../schema/audio-connector.schema.json');
const kindOf = (v) => (Array.isArray(v) ? 'array' : v === null ? 'null' : typeof v);
const target = ($ref) => $ref.split('/').at(-1);
/** Whether a value matches a schema, for the part of JSON Schema that the bundle uses. */
function fits(v, s) {
  if (s.$ref) return fits(v, $defs[target(s.$ref)]);
  if (('const' in s && v !== s.const) || (s.enum && !s.enum.includes(v))) return false;
  if (s.type === 'integer' ? !Number.isInteger(v) : s.type && kindOf(v) !== s.type) return false;
  if ((s.pattern && !new RegExp(s.pattern).test(v)) || v < s.minimum || (s.pattern?.startsWith('^PT') && duration(v) === undefined)) return false;
  if (Array.isArray(v)) return !(v.length < s.minItems || v.length > s.maxItems) && v.every((item) => fits(item, s.items ?? {}));
  if (kindOf(v) !== 'object') return true;
  const { properties = {}, required = [], additionalProperties: rest = true } = s;
  const known = (k, inner) => (Object.hasOwn(properties, k) ? fits(inner, properties[k]) : rest === true || (rest && fits(inner, rest)));
  return required.every((k) => Object.hasOwn(v, k)) && Object.entries(v).every(([k, inner]) => known(k, inner));
}
/** How the receiver treats a text frame: accept, unknown or reject. */
function read(text, sender) {
  let v;
  try { v = JSON.parse(text); } catch {}
  if (text.length > 65535 || kindOf(v) !== 'object') return 'reject';
  if ($defs[`${sender}Message`].oneOf.some(({ $ref }) => target($ref) === v.type)) return fits(v, $defs[v.type]) ? 'accept' : 'reject';
  const bare = $defs[sender === 'client' ? 'ping' : 'pong'];
  return fits(v, { ...bare, properties: { ...bare.properties, type: { type: 'string' } } }) ? 'unknown' : 'reject';
}
function duration(text) {
  const [, whole, fraction] = /^PT(?=\.?\d)(\d*)\.?(\d*)S$/.exec(text) ?? ['', '9'.repeat(9), ''];
  const ns = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
  return ns < 2n ** 53n ? Number(ns) : undefined;
}
function join(base, id, how) {
  if (id && base.includes('?')) return undefined;
  return how === 'raw' || /^(\?|$)/.test(id) ? base + id : `${base.replace(/\/+$/, '')}/${id.replace(/^\/+/, '')}`;
}
function choose(offers) {
  const fit = offers.filter((o) => fits(o, $defs.mediaParameter));
  const cost = (o) => (o.channels.includes('external') ? 0 : 4) + (o.format === 'PCMU' ? 0 : 2) + o.channels.length;
  return fit.length === 0 ? null : offers.indexOf(fit.sort((a, b) => cost(a) - cost(b))[0]);
}
function signature(v) {
  const values = { ...Object.fromEntries(v.headers.map(([k, h]) => [k.toLowerCase(), h.trim()])), '@authority': v.authority, '@request-target': v.target };
  const covered = [...v.input.split(')')[0].matchAll(/"([^"]*)"/g)].map(([, name]) => `"${name}": ${values[name]}\n`);
  const base = `${covered.join('')}"@signature-params": ${v.input}`;
  return [base, createHmac('sha256', Buffer.from(v.secret, 'base64')).update(base).digest('base64')];
}
const both = (name) => [...load(name).accept, ...load(name).reject];
const frame = (v) => (v.text ?? JSON.stringify(v.message)).padEnd(v.padTo ?? 0);
const results = [
  ...['accept', 'unknown', 'reject'].flatMap((kind) => load('messages.json')[kind].map((v) => [v.name, read(frame(v), v.sender) === kind])),
  ...both('durations.json').map((v) => [v.text, duration(v.text) === v.ns]),
  ...both('uris.json').map((v) => [v.base, join(v.base, v.connectorId, v.join) === v.url]),
  ...load('media.json').cases.map((v) => [v.name, choose(v.offers) === v.chosen]),
  ...load('signatures.json').known.map((v) => [v.name, `${signature(v)}` === `${[v.base, v.signature]}`]),
];
const failed = results.flatMap(([name, passed]) => (passed ? [] : [`failed: ${name}`]));
console.log([...failed, `${results.length} vectors, ${failed.length} failed`].join('\n'));
process.exitCode = Math.min(failed.length, 1);
