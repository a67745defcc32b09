import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutputFacts, readOutputFacts } from '../../src/domain/output-facts.ts';

function read(type: string, value: unknown, name = 'out'): OutputFacts {
  return readOutputFacts({ id: 'artifact-1', name, type, value });
}

/** The metrics as one line. */
function metrics(value: unknown): string {
  const facts = read('Metrics', value);
  if (facts.kind !== 'metrics') return facts.kind;
  return facts.values.map((metric) => `${metric.name}=${JSON.stringify(metric.value)}`).join(' ');
}

describe('readOutputFacts reads metrics', () => {
  it.each<[value: unknown, found: string, reason: string]>([
    [{ auc: 0.912, logloss: 0.214 }, 'auc=0.912 logloss=0.214', 'pairs'],
    ['{"auc":0.912}', 'auc=0.912', 'JSON as text'],
    [{ value: '{"auc":0.912}' }, 'auc=0.912', 'JSON as text inside'],
    [{ metrics: [{ name: 'auc', value: 0.9 }] }, 'auc=0.9', 'a list of names and values'],
    [
      [
        { name: 'auc', value: '0.9' },
        { metric: 'f1', score: 1 },
      ],
      'auc=0.9 f1=1',
      'other words for them',
    ],
    [{ auc: { value: 0.9 } }, 'auc=0.9', 'a value in an object'],
    [{ train: { auc: 0.9 }, test: { auc: 0.8 } }, 'train.auc=0.9 test.auc=0.8', 'parts'],
    [{ evaluation: { summary: { auc: 0.9 } } }, 'auc=0.9', 'wrappers'],
    [{ auc: ' 0.9 ', loss: '-1e-3', n: '12' }, 'auc=0.9 loss=-0.001 n=12', 'numbers as text'],
    [{ best: 'xgb', auc: 0.9 }, 'best="xgb" auc=0.9', 'text stays text'],
    [{ value: 0.9 }, 'value=0.9', 'a wrapper that is a name'],
    [{ loss: Number.NaN, up: '1e999' }, 'loss="NaN" up="1e999"', 'numbers that are none'],
    [{ roc: [0.1, 0.2], ok: true, none: null, empty: '', auc: 1 }, 'auc=1', 'curves and nothings'],
    [{ a: { b: { c: { d: 1 } } } }, 'a.b.c.d=1', 'four levels'],
    [{ a: { b: { c: { d: { e: 1 } } } } }, '', 'five levels'],
    [{ note: `password=hunter2`, 'token=abc': 1 }, 'note="password=•••" token=•••=1', 'secrets'],
    ['{"auc":', '', 'broken JSON'],
    ['just words', '', 'words'],
    [undefined, '', 'nothing'],
    [null, '', 'null'],
    [0.9, '', 'a number without a name'],
  ])('%j gives %s: %s', (value, found) => {
    expect(metrics(value)).toBe(found);
  });

  it('reads an evaluation in the same way', () => {
    expect(read('ModelEvaluation', { auc: 0.9 })).toEqual({
      kind: 'metrics',
      values: [{ name: 'auc', value: 0.9 }],
    });
  });

  it('gives twelve and cuts names', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, index]));
    const facts = read('Metrics', { ['n'.repeat(900)]: 1, ...many });

    expect(facts).toMatchObject({
      kind: 'metrics',
      values: { length: 12, 0: { name: `${'n'.repeat(59)}…` } },
    });
  });

  it('takes names of prototypes for names', () => {
    expect(metrics('{"__proto__":{"auc":0.9},"constructor":1,"toString":2}')).toBe(
      '__proto__.auc=0.9 constructor=1 toString=2',
    );
    expect(Object.hasOwn(Object.prototype, 'auc')).toBe(false);
  });
});

describe('readOutputFacts reads an artifact', () => {
  it.each<[type: string, value: unknown, facts: object, reason: string]>([
    [
      'Model',
      { name: 'ctr_lr_20261124', location: { endpoint: 'http://x', name: 'm', project: 'ctr_prod' } },
      { name: 'ctr_lr_20261124', project: 'ctr_prod' },
      'a model of MaxCompute',
    ],
    ['Model', '{"name":"ctr_lr"}', { name: 'ctr_lr' }, 'a name alone'],
    [
      'DataSet',
      { location: { project: 'ctr', table: 'features_d' } },
      { name: 'features_d', project: 'ctr' },
      'a table',
    ],
    ['Model', { uri: 'oss://bucket/models/ctr/' }, { name: 'ctr' }, 'an address of OSS'],
    ['Model', 'oss://bucket/m.pt?Signature=abc', { name: 'm.pt' }, 'a signed address'],
    [
      'DataSet',
      'odps://ctr/tables/features_d',
      { name: 'features_d', project: 'ctr' },
      'an address of MaxCompute',
    ],
    ['Model', { name: 'token=abc' }, { name: 'token=•••' }, 'a secret'],
    ['Model', { name: 5, location: 7 }, { name: 'out' }, 'junk: the name of the output'],
    ['Model', undefined, { name: 'out' }, 'nothing: the name of the output'],
    ['Video', { name: 'clip' }, { name: 'clip' }, 'a type not seen yet'],
  ])('%s %j: %j, %s', (type, value, facts) => {
    expect(read(type, value)).toEqual({ kind: 'artifact', ...facts });
  });

  it('falls back to the id where nothing has a name', () => {
    expect(read('Model', {}, '')).toEqual({ kind: 'artifact', name: 'artifact-1' });
  });
});

describe('readOutputFacts on anything', () => {
  it('gives bounded, well-formed facts', () => {
    fc.assert(
      fc.property(fc.constantFrom('Metrics', 'Model'), fc.anything(), (type, value) => {
        const facts = read(type, value);
        const texts =
          facts.kind === 'artifact'
            ? [facts.name, facts.project ?? '']
            : facts.values.flatMap((metric) => [metric.name, String(metric.value)]);

        expect(texts.length).toBeLessThanOrEqual(24);
        for (const text of texts) {
          expect(text.length).toBeLessThanOrEqual(120);
          expect(text).not.toMatch(/\p{Cs}|\p{Cc}/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('answers for huge and deep values', () => {
    const deep = `${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}`;
    const long = 'x'.repeat(5_000_000);

    expect(metrics(deep)).toBe('');
    expect(metrics({ note: long, auc: 1 })).toMatch(/^note="x+…" auc=1$/);
    expect(read('Model', long)).toEqual({ kind: 'artifact', name: 'out' });
    expect(metrics({ curve: Array.from({ length: 200_000 }, () => ({ x: 1 })) }).length).toBeLessThan(300);
  });
});
