/** One family of Prometheus's text format. */
export interface Family {
  readonly help: string;
  readonly type: string;
  /** Values by sample, as `name{label="value"}`. */
  readonly samples: Map<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABELS = String.raw`\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*")*\}`;
const SAMPLE = new RegExp(String.raw`^(${NAME})(${LABELS})? ((?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?)$`);

/** Reads text format 0.0.4 and throws at whatever a strict reader could stumble over. */
export function parsePrometheus(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  let current: { name: string; family: Family } | undefined;
  const lines = text.slice(0, -1).split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const help = new RegExp(`^# HELP (${NAME}) (\\S.*)$`).exec(line);
    if (help) {
      const [, name = '', words = ''] = help;
      index += 1;
      const type = new RegExp(`^# TYPE ${name} (counter|gauge|histogram)$`).exec(lines[index] ?? '');
      if (!type) throw new Error(`HELP of ${name} is not followed by its TYPE`);
      if (families.has(name)) throw new Error(`${name} comes twice`);
      current = { name, family: { help: words, type: type[1] ?? '', samples: new Map() } };
      families.set(name, current.family);
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (!sample || !current) throw new Error(`no sample of a family: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const suffixes = current.family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === `${current?.name}${suffix}`)) {
      throw new Error(`${name} stands below ${current.name}`);
    }
    const key = name + labels;
    if (current.family.samples.has(key)) throw new Error(`${key} comes twice`);
    current.family.samples.set(key, Number(value));
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function checkFamily(name: string, { type, samples }: Family): void {
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name}: a counter ends with _total`);
  if (type !== 'histogram') return;
  const buckets = [...samples].flatMap(([key, count]) => {
    const le = /_bucket\{le="([^"]+)"\}$/.exec(key)?.[1];
    return le === undefined ? [] : [{ le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count }];
  });
  for (const [index, { le, count }] of buckets.entries()) {
    const before = buckets[index - 1];
    if (before && !(le > before.le && count >= before.count)) {
      throw new Error(`${name}: buckets do not rise`);
    }
  }
  const last = buckets.at(-1);
  if (last?.le !== Number.POSITIVE_INFINITY || last.count !== samples.get(`${name}_count`)) {
    throw new Error(`${name}: the bucket +Inf is not the count`);
  }
  if (!samples.has(`${name}_sum`)) throw new Error(`${name} has no sum`);
}
