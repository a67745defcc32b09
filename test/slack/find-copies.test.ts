import type { WebClient } from '@slack/web-api';
import { expect, it, vi } from 'vitest';
import { findCopies } from '../../src/slack/find-copies.ts';

/** Every wait is over at once: a thread that Slack does not answer for is late. */
vi.mock('node:timers/promises', () => ({ setTimeout: async (_ms: number, value: unknown) => value }));

it('looking that takes too long has failed', async () => {
  const client = { conversations: { replies: () => new Promise(() => undefined) } } as unknown as WebClient;
  const sought = { spot: { channelId: 'C0ML', threadTs: '1.0' }, key: 'a', since: new Date(0) };

  expect(await findCopies(sought, { client, botId: 'B0BOT' })).toEqual({ kind: 'failed', error: 'too_late' });
});
