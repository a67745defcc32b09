import { describe, expect, it } from 'vitest';
import { type LogPorts, readLog } from '../../src/commands/read-log.ts';
import { paiError } from '../helpers/pai-error.ts';
import { nodeId, runId } from '../helpers/runs.ts';

interface LogServer {
  readonly lines: readonly string[];
  /** More lines than this are not given at once. */
  readonly mostAtOnce?: number;
  readonly ignoresPageSize?: boolean;
  /** An answer of more characters is too large. */
  readonly mostCharacters?: number;
  readonly saysTotal?: number;
}

function aLogServer({
  lines,
  mostAtOnce = 1000,
  ignoresPageSize,
  mostCharacters = 8e6,
  saysTotal,
}: LogServer) {
  const asked: { offset: number; pageSize: number; keyword?: string }[] = [];
  const ports: LogPorts = {
    logs: {
      listPipelineRunNodeLogs: async ({ offset, pageSize, keyword }) => {
        asked.push({ offset, pageSize, ...(keyword !== undefined && { keyword }) });
        const fitting = keyword === undefined ? lines : lines.filter((line) => line.includes(keyword));
        const size = ignoresPageSize ? fitting.length : Math.min(pageSize, mostAtOnce);
        const page = fitting.slice(offset, offset + size);
        if (page.join('').length > mostCharacters) throw paiError('too-large');
        return { totalCount: saysTotal ?? fitting.length, lines: page };
      },
    },
  };
  const read = (wanted: { lines: number; before?: number; keyword?: string }) =>
    readLog(
      { region: 'cn-hangzhou', runId: runId(1), nodeId: nodeId(1), ...wanted },
      new AbortController().signal,
      ports,
    );
  return { asked, read };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`);
}

describe('the end of a log', () => {
  it('takes one call where the log is short', async () => {
    const { read, asked } = aLogServer({ lines: numbered(3) });

    expect(await read({ lines: 50 })).toEqual({ lines: numbered(3), hidden: 0, from: 1, total: 3 });
    expect(asked).toEqual([{ offset: 0, pageSize: 50 }]);
  });

  it('takes two calls where it is long', async () => {
    const { read, asked } = aLogServer({ lines: numbered(1204) });
    const part = await read({ lines: 50 });

    expect(part).toMatchObject({ from: 1155, total: 1204 });
    expect(part.lines).toEqual(numbered(1204).slice(-50));
    expect(asked).toHaveLength(2);
  });

  it('is empty where there is no log', async () => {
    expect(await aLogServer({ lines: [] }).read({ lines: 50 })).toMatchObject({ lines: [], total: 0 });
  });

  it.each([
    { what: 'gives shorter pages than it was asked for', server: { mostAtOnce: 20 } },
    { what: 'gives more lines than it was asked for', server: { ignoresPageSize: true } },
    { what: 'says too small a total', server: { saysTotal: 0, ignoresPageSize: true } },
  ])('is the end even where PAI $what', async ({ server }) => {
    const { read } = aLogServer({ lines: numbered(300), ...server });

    expect((await read({ lines: 50 })).lines).toEqual(numbered(300).slice(-50));
  });

  it('is fetched in smaller numbers where its lines are too large to come together', async () => {
    const lines = Array.from({ length: 100 }, () => 'x'.repeat(1_000_000));
    const { read, asked } = aLogServer({ lines });
    const part = await read({ lines: 50 });

    expect(part).toMatchObject({ from: 100, total: 100 });
    expect(part.lines).toHaveLength(1);
    expect(part.lines[0]).toHaveLength(500);
    expect(asked.length).toBeLessThan(8);
  });

  it('is kept small where it comes in pages of which none is too large', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `${index} ${'x'.repeat(5_000)}`);
    const part = await aLogServer({ lines }).read({ lines: 10_000 });

    expect(part.lines).toHaveLength(157);
    expect(part.lines.at(-1)).toMatch(/^9999 /);
  });

  it('is given up where one line alone is too large', async () => {
    const { read, asked } = aLogServer({ lines: ['x'.repeat(9_000_000)] });

    await expect(read({ lines: 50 })).rejects.toMatchObject({ kind: 'too-large' });
    expect(asked.length).toBeLessThan(6);
  });

  it('costs a bounded number of calls where PAI gives single lines', async () => {
    const { read, asked } = aLogServer({ lines: numbered(100_000), mostAtOnce: 1 });
    await read({ lines: 500 });

    expect(asked.length).toBeLessThan(60);
  });
});

describe('an earlier part of a log', () => {
  it('ends before the line that is named', async () => {
    const { read, asked } = aLogServer({ lines: numbered(1204) });
    const part = await read({ lines: 50, before: 1155 });

    expect(part).toMatchObject({ from: 1105, total: 1204 });
    expect(part.lines).toEqual(numbered(1204).slice(1104, 1154));
    expect(asked).toHaveLength(1);
  });

  it('begins with the log', async () => {
    const part = await aLogServer({ lines: numbered(1204) }).read({ lines: 50, before: 11 });

    expect(part).toMatchObject({ from: 1, lines: numbered(10) });
  });

  it('is the end of the log where the line named is past it', async () => {
    const part = await aLogServer({ lines: numbered(100) }).read({ lines: 10, before: 5000 });

    expect(part.lines).toEqual(numbered(100).slice(-10));
  });
});

it('hides secrets before anything is shown', async () => {
  const lines = ['ok', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET=abcdefghijklmnopqrstuvwxyz1234'];
  const part = await aLogServer({ lines }).read({ lines: 50 });

  expect(part.hidden).toBe(1);
  expect(part.lines.join()).not.toContain('abcdefghij');
});

it('asks PAI for lines that hold a text', async () => {
  const { read, asked } = aLogServer({ lines: ['a', 'needle 1', 'b', 'needle 2'] });

  expect(await read({ lines: 50, keyword: 'needle' })).toMatchObject({
    lines: ['needle 1', 'needle 2'],
    total: 2,
  });
  expect(asked[0]).toEqual({ offset: 0, pageSize: 50, keyword: 'needle' });
});
