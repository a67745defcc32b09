import { describe, expect, it } from 'vitest';
import { foreignWords, latinWords, ownWords } from '../helpers/chinese.ts';
import { everyMessage } from './samples.ts';

describe('Chinese answers', () => {
  it('hold no Latin word of ours outside names and ids', () => {
    const odd = everyMessage('zh').flatMap(foreignWords);

    expect(odd).toEqual([]);
  });

  it('are checked by a test that finds English', () => {
    expect(everyMessage('en').flatMap(ownWords).flatMap(latinWords).length).toBeGreaterThan(500);
  });

  it('leave a space between Chinese and letters, numbers or code', () => {
    const odd = everyMessage('zh')
      .flatMap(({ text }) => text.replace(/```[\s\S]*?```/g, '').split('\n'))
      .map((each) => each.replace(/<!date[^>]*>/g, '⟨00:00⟩'))
      .filter((each) =>
        /\p{Script=Han}[A-Za-z0-9`]|[A-Za-z0-9`]\p{Script=Han}/u.test(each.replace(/`[^`]*`/g, '`c`')),
      );

    expect(odd).toEqual([]);
  });
});
