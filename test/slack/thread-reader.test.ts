import type { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { createThreadReader } from '../../src/slack/thread-reader.ts';

/** Every wait is over at once: a thread that Slack does not answer for is late. */
vi.mock('node:timers/promises', () => ({ setTimeout: async (_ms: number, value: unknown) => value }));

it('a thread that Slack does not give in time was not read, and the log says so', async () => {
  const lines: string[] = [];
  const reader = createThreadReader({
    client: { conversations: { replies: () => new Promise(() => undefined) } } as unknown as WebClient,
    botId: 'B0BOT',
    logger: pino({ level: 'debug' }, { write: (line) => lines.push(line) }),
  });

  expect(await reader.threadTargets({ channelId: 'C0ML', threadTs: '1.0' })).toBeUndefined();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 20, channelId: 'C0ML', msg: 'A thread was not read in time' }),
  ]);
});
