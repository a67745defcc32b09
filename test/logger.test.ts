import { describe, expect, it } from 'vitest';
import { createLogger, createRedact, slackLogger } from '../src/logger.ts';

const SECRETS = {
  'a bot token': 'xoxb-1234567890-abcdefghijkl',
  'an app token': 'xapp-1-A0APP-1234567890-abcdefghijkl',
  'an AccessKey id': 'LTAI5tQnKxyzABCDEFGH',
  'an STS key id': 'STS.NUxyzABCDEFGHIJK',
};

function logged(
  write: (logger: ReturnType<typeof createLogger>) => void,
  redact = createRedact(['my-own-secret']),
): string {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', redact, write: (line) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it.each(Object.entries(SECRETS))('hides %s wherever it stands', (_what, secret) => {
    const line = logged((logger) =>
      logger.info({ deep: { text: `before ${secret} after` } }, `said ${secret}`),
    );

    expect(line).not.toContain(secret);
    expect(line).toContain('before [hidden] after');
  });

  it.each([
    [
      'a share link',
      'https://pai.console.aliyun.com/#/x/flow-abcdef?Token=eyJhbGciOi.J9-secret_',
      'eyJhbGciOi',
    ],
    ['an encoded share link', 'https%3A%2F%2Fx%3FToken%3DeyJsecret.abc', 'eyJsecret'],
    ['a bearer header', 'Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['a verification token in JSON', JSON.stringify({ token: 'verif-secret' }), 'verif-secret'],
    [
      'a verification token in JSON in JSON',
      JSON.stringify(JSON.stringify({ token: 'verif-secret' })),
      'verif-secret',
    ],
    ['a response url', 'https://hooks.slack.com/commands/T0TEAM/123456/abcdefABCDEF', 'abcdefABCDEF'],
    [
      'a response url as Slack escapes it',
      '"https:\\/\\/hooks.slack.com\\/commands\\/T0TEAM\\/123456\\/abcdefABCDEF"',
      'abcdefABCDEF',
    ],
    ['a share link encoded twice', 'x%253FToken%253DeyJsecret.abc', 'eyJsecret'],
    ['a full-width share link', 'Ｔｏｋｅｎ＝eyJsecret'.normalize('NFKC'), 'eyJsecret'],
    ['a token id in JSON', JSON.stringify({ TokenId: 'eyJsecret' }), 'eyJsecret'],
    ['a socket ticket', 'wss://wss-primary.slack.com/link/?ticket=secret-ticket&app_id=A0', 'secret-ticket'],
    ['a secret of the settings', 'it is my-own-secret!', 'my-own-secret'],
  ])('hides %s in what a library says', (_what, said, secret) => {
    const line = logged((logger) => slackLogger(logger, { logLevel: 'debug' }).debug(said));

    expect(line).toContain('Slack library');
    expect(line).not.toContain(secret);
  });

  it('shows all of them with redaction off, so that these tests can fail', () => {
    const line = logged(
      (logger) => logger.info(Object.values(SECRETS).join(' ')),
      (text) => text,
    );

    for (const secret of Object.values(SECRETS)) expect(line).toContain(secret);
  });

  it('stays JSON after redaction', () => {
    const line = logged((logger) =>
      logger.info({ url: 'https://x/?Token=abc"def', body: '{"token":"abc"}' }, 'm'),
    );

    expect(JSON.parse(line)).toMatchObject({ msg: 'm' });
  });
});
