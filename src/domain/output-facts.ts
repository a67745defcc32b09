import { maskSecrets } from './log/mask.ts';
import type { Output } from './run.ts';

/** What people want to know of an output: its numbers, or what it is called and where it lies. */
export type OutputFacts =
  | {
      readonly kind: 'metrics';
      readonly values: readonly { readonly name: string; readonly value: number | string }[];
    }
  | { readonly kind: 'artifact'; readonly name: string; readonly project?: string };

type Metric = Extract<OutputFacts, { kind: 'metrics' }>['values'][number];
type Fields = Readonly<Record<string, unknown>>;

const MOST_VALUES = 12;
const MOST_LEVELS = 4;
/** Members looked at in one list or object: an evaluation may hold a curve of 100,000 points. */
const MOST_MEMBERS = 200;
const LONGEST_NAME = 60;
const LONGEST_TEXT = 120;

const METRICS: ReadonlySet<string> = new Set(['metrics', 'modelevaluation']);
/** Keys that hold metrics and are not part of their names. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'metrics',
  'metric',
  'metrics_map',
  'evaluation',
  'modelevaluation',
  'result',
  'results',
  'summary',
  'value',
  'values',
  'data',
  'info',
]);
const NUMBER = /^[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[-+]?\d{1,4})?$/i;

/**
 * Gives an output's metrics as pairs of name and number (numbers written as text become numbers, and PAI's shapes
 * become flat), or an artifact's name and MaxCompute project. At most 12 metrics from 4 levels, in PAI's order. Text is
 * masked and cut, for it comes from whoever wrote the pipeline. Metrics that hold none give an empty list.
 */
export function readOutputFacts(output: Output): OutputFacts {
  const value = decode(output.value);
  if (METRICS.has(output.type.toLowerCase())) {
    const values: Metric[] = [];
    collectMetrics(value, { name: '', level: 1, values });
    // An evaluation kept in a table has no numbers of its own, only a place.
    const isPlace =
      !values.some((metric) => typeof metric.value === 'number') && isFields(value) && 'location' in value;
    if (!isPlace) return { kind: 'metrics', values };
  }
  return readArtifact(output, value);
}

interface Walk {
  /** Names of what holds the value, as `auc.train`. */
  readonly name: string;
  readonly level: number;
  readonly values: Metric[];
}

function collectMetrics(value: unknown, walk: Walk): void {
  if (walk.values.length >= MOST_VALUES) return;
  const simple = readSimple(value);
  if (simple !== undefined) {
    if (walk.name !== '') walk.values.push({ name: cut(walk.name, LONGEST_NAME), value: simple });
    return;
  }
  if (walk.level > MOST_LEVELS) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_MEMBERS)) {
      // A list of bare numbers is a curve, not a metric.
      if (isFields(item)) collectMetrics(item, { ...walk, level: walk.level + 1 });
    }
  } else if (isFields(value)) {
    collectFromFields(value, walk);
  }
}

function collectFromFields(fields: Fields, walk: Walk): void {
  const name = textOf(fields, ['name', 'metric', 'key', 'metricName', 'metric_name']);
  const own = readSimple(memberOf(fields, ['value', 'score', 'metricValue', 'metric_value']));
  if (name !== undefined && own !== undefined) {
    walk.values.push({ name: cut(join(walk.name, name), LONGEST_NAME), value: own });
    return;
  }
  for (const [key, value] of firstEntries(fields)) {
    const held = WRAPPERS.has(key.toLowerCase()) && (walk.name !== '' || readSimple(value) === undefined);
    collectMetrics(decode(value), {
      ...walk,
      name: held ? walk.name : join(walk.name, key),
      level: walk.level + 1,
    });
  }
}

/** Entries of a record without making a list of them all first. */
function firstEntries(fields: Fields): [key: string, value: unknown][] {
  const entries: [string, unknown][] = [];
  for (const key in fields) {
    if (entries.length >= MOST_MEMBERS) break;
    if (Object.hasOwn(fields, key)) entries.push([key, fields[key]]);
  }
  return entries;
}

/** A number, a number written as text, or a short text. NaN and infinity say something, so they stay, as text. */
function readSimple(value: unknown): number | string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, MOST_MEMBERS).trim();
  if (text === '' || /^[[{]/.test(text)) return undefined;
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : cut(value, LONGEST_TEXT);
}

function readArtifact(output: Output, value: unknown): OutputFacts {
  const outer = isFields(value) ? value : {};
  // `Info` of ListPipelineRunNodeOutputs may hold the value beside other things.
  const inner = decode(memberOf(outer, ['value']));
  const fields = isFields(inner) ? inner : outer;
  const place = memberOf(fields, ['location']);
  const location = isFields(place) ? place : {};
  const uri = [value, place, memberOf(fields, ['uri']), memberOf(location, ['uri', 'path'])].find(isUri);
  const name =
    textOf(fields, ['name']) ??
    textOf(location, ['name', 'table']) ??
    (uri && nameInUri(uri)) ??
    textOf({ name: output.name }, ['name']) ??
    output.id;
  const project = textOf(location, ['project']) ?? textOf(fields, ['project']) ?? (uri && projectInUri(uri));
  return {
    kind: 'artifact',
    name: cut(name, LONGEST_TEXT),
    ...(project !== undefined && { project: cut(project, LONGEST_NAME) }),
  };
}

function isUri(value: unknown): value is string {
  return typeof value === 'string' && /^(?:oss|odps|hdfs|nas|https?):\/\//.test(value);
}

/** The last part of a path: `oss://bucket/models/ctr/` is `ctr`. Parameters of signed links are left out. */
function nameInUri(uri: string): string | undefined {
  const path = uri.slice(0, 2000).split(/[?#]/, 1)[0] ?? '';
  return path
    .split('/')
    .slice(2)
    .findLast((part) => part !== '');
}

/** `odps://project/tables/name` */
function projectInUri(uri: string): string | undefined {
  return /^odps:\/\/([\w-]{1,60})\//.exec(uri)?.[1];
}

/** ListPipelineRunNodeOutputs and hand-written components put JSON into JSON, as text. */
function decode(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > 100_000 || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function memberOf(fields: Fields, keys: readonly string[]): unknown {
  const key = keys.find((one) => Object.hasOwn(fields, one));
  return key === undefined ? undefined : fields[key];
}

function textOf(fields: Fields, keys: readonly string[]): string | undefined {
  return keys
    .map((key) => memberOf(fields, [key]))
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

function join(outer: string, inner: string): string {
  return outer === '' ? inner : `${outer}.${inner}`;
}

/** On one line, masked before it is cut, and never cut inside a character. */
function cut(text: string, most: number): string {
  const whole = maskSecrets(text.slice(0, 4096))
    .text.replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
  return whole.length <= most ? whole : `${whole.slice(0, most - 1).replace(/\p{Cs}$/u, '')}…`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
