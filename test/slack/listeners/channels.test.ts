import { describe, expect, it } from 'vitest';
import { type OpenChannel, registerChannels } from '../../../src/slack/listeners/channels.ts';

/** Registers the listeners; `send` gives them an event and tells which channels counted as open. */
function listen() {
  const opened: OpenChannel[] = [];
  const listeners = new Map<string, (args: object) => Promise<void>>();
  const app = {
    event: (kind: string, listener: (args: object) => Promise<void>) => listeners.set(kind, listener),
  };
  registerChannels(app as never, {
    botUserId: 'U0BOT',
    onOpen: async (channel) => {
      opened.push(channel);
    },
  });
  return async (event: { readonly type: string }) => {
    await listeners.get(event.type)?.({ event, context: { teamId: 'T0TEAM', botUserId: 'U0BOT' } });
    return opened;
  };
}

describe('a channel', () => {
  it.each([
    { type: 'member_joined_channel', user: 'U0BOT', channel: 'C0ML', team: 'T0THEIRS' },
    { type: 'channel_unarchive', user: 'U0OWNER', channel: 'C0ML' },
    { type: 'group_unarchive', channel: 'C0ML' },
  ])('is open after $type', async (event) => {
    const send = listen();

    expect(await send(event)).toEqual([{ team: 'T0TEAM', channelId: 'C0ML' }]);
  });

  it('is no more open than before where somebody else joined it', async () => {
    const send = listen();

    expect(await send({ type: 'member_joined_channel', user: 'U0OTHER', channel: 'C0ML' } as never)).toEqual(
      [],
    );
  });
});
