import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/messages/message.ts';
import { withoutShareButton } from '../../src/messages/share.ts';

const share = { deed: 'share', label: 'Share', command: '/pai status' } as const;
const refresh = { deed: 'refresh', label: 'Refresh', command: '/pai status' } as const;

describe('a message that everybody sees', () => {
  it('keeps every button but Share', () => {
    const message = composeMessage({ lines: [], buttons: [refresh, share] });

    expect(withoutShareButton(message)).toEqual(composeMessage({ lines: [], buttons: [refresh] }));
  });

  it('has no empty row where Share was alone', () => {
    const message = composeMessage({ lines: [], buttons: [share] });

    expect(withoutShareButton(message)).toEqual(composeMessage({ lines: [] }));
  });
});
