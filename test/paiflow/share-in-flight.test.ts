import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../src/paiflow/client.ts';
import { shareInFlight } from '../../src/paiflow/share-in-flight.ts';

interface Query {
  readonly region: string;
  readonly name?: string;
}

/** Calls that are answered by hand, and the signals they were given. */
function setUp() {
  const calls: {
    readonly query: Query;
    readonly signal: AbortSignal | undefined;
    readonly answer: (value: string) => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  const ask = shareInFlight('ListPipelineRuns', (query: Query, options: CallOptions = {}) => {
    const { promise, resolve, reject } = withResolvers();
    calls.push({ query, signal: options.signal, answer: resolve, fail: reject });
    return promise;
  });
  return { calls, ask };
}

function withResolvers() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((one, other) => {
    resolve = one;
    reject = other;
  });
  return { promise, resolve, reject };
}

const QUERY = { region: 'cn-hangzhou', name: 'ctr' };

describe('equal questions', () => {
  it('asked at the same time are one call, answered to all', async () => {
    const { calls, ask } = setUp();
    const asked = Array.from({ length: 40 }, () => ask(QUERY));
    calls[0]?.answer('runs');

    expect(await Promise.all(asked)).toEqual(Array.from({ length: 40 }, () => 'runs'));
    expect(calls).toHaveLength(1);
  });

  it('asked one after the other are asked anew', async () => {
    const { calls, ask } = setUp();
    const first = ask(QUERY);
    calls[0]?.answer('old');
    await first;
    const second = ask(QUERY);
    calls[1]?.answer('new');

    expect(await second).toBe('new');
  });

  it('fail together, and are asked anew then', async () => {
    const { calls, ask } = setUp();
    const asked = [ask(QUERY), ask(QUERY)];
    calls[0]?.fail(new Error('away'));

    for (const each of asked) await expect(each).rejects.toThrow('away');
    ask(QUERY).catch(() => undefined);
    expect(calls).toHaveLength(2);
  });
});

it('asks different questions apart', () => {
  const { calls, ask } = setUp();
  for (const name of ['ctr', 'geo']) ask({ ...QUERY, name }).catch(() => undefined);
  ask({ ...QUERY, region: 'ap-southeast-1' }).catch(() => undefined);

  expect(calls).toHaveLength(3);
});

describe('somebody who stops waiting', () => {
  it('leaves the others’ call alone', async () => {
    const { calls, ask } = setUp();
    const gone = new AbortController();
    const given = ask(QUERY, { signal: gone.signal });
    const other = ask(QUERY);
    gone.abort();
    await expect(given).rejects.toMatchObject({
      name: 'PaiflowError',
      kind: 'aborted',
      region: 'cn-hangzhou',
    });

    expect(calls[0]?.signal?.aborted).toBe(false);
    calls[0]?.answer('runs');
    expect(await other).toBe('runs');
  });

  it('ends the call as the last one, and the next is asked anew', async () => {
    const { calls, ask } = setUp();
    const gone = new AbortController();
    const asked = [ask(QUERY, { signal: gone.signal }), ask(QUERY, { signal: gone.signal })];
    gone.abort();
    for (const each of asked) await expect(each).rejects.toMatchObject({ kind: 'aborted' });

    expect(calls[0]?.signal?.aborted).toBe(true);
    ask(QUERY).catch(() => undefined);
    expect(calls).toHaveLength(2);
  });
});
