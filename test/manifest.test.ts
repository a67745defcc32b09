import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseCommand } from '../src/commands/parse.ts';
import { SETTING_NAMES } from '../src/config.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
const manifest = z
  .object({
    features: z.object({
      app_home: z.object({
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      }),
      shortcuts: z.array(z.object({ callback_id: z.string(), type: z.string() })),
      slash_commands: z.array(z.object({ command: z.string(), usage_hint: z.string() })),
    }),
    oauth_config: z.object({
      scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }),
    }),
    settings: z.looseObject({
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional(),
    }),
  })
  .parse(parse(read('manifest.yml')));
const readme = read('README.md');

describe('manifest.yml', () => {
  const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(
    JSON.parse(read('test/fixtures/slack-app-manifest.schema.2.0.0.json')),
  );

  it('is valid by Slack’s schema', () => {
    validate(parse(read('manifest.yml')));

    expect(validate.errors).toBeNull();
  });

  it('would not be with a command Slack does not take, so the schema is really read', () => {
    const wrong = parse(read('manifest.yml'));
    wrong.features.slash_commands[0].command = 'no slash';

    expect(validate(wrong)).toBe(false);
  });

  it('asks for Socket Mode and buttons, and for no event that nobody listens to', () => {
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: true,
      interactivity: { is_enabled: true },
    });
    expect(manifest.settings.event_subscriptions?.bot_events.toSorted()).toEqual(listenedEvents().toSorted());
  });

  it('lets people write to the bot, and offers no shortcut that nobody listens to', () => {
    expect(manifest.features.app_home).toEqual({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
    const listened = [...listeners().matchAll(/type: 'message_action', callback_id: '([a-z_]+)'/g)];
    expect(manifest.features.shortcuts).toEqual(
      listened.map(([, id]) => ({ callback_id: id, type: 'message' })),
    );
  });

  it('asks for the scope of every event it subscribes to', () => {
    const scopes = {
      app_mention: ['app_mentions:read'],
      'message.im': ['im:history'],
      member_joined_channel: ['channels:read', 'groups:read'],
      channel_unarchive: ['channels:read'],
      group_unarchive: ['groups:read'],
    };
    const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
    const granted = bot.filter((scope) => !optional.includes(scope));

    for (const event of manifest.settings.event_subscriptions?.bot_events ?? []) {
      expect(granted).toEqual(expect.arrayContaining(scopes[event as keyof typeof scopes]));
    }
  });

  it('lets people leave out scopes that it asks for, which README calls optional', () => {
    const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
    const told = [...readme.matchAll(/^\| `([a-z_:.]+)` \| optional: /gm)].map(([, scope]) => scope);

    expect(bot).toEqual(expect.arrayContaining(optional));
    expect(told).toEqual(optional);
  });

  it('names scopes that README explains, and none more', () => {
    const table = readme.slice(readme.indexOf('| Scope |')).split('\n\n')[0] ?? '';
    const explained = [...table.matchAll(/^\| `([a-z_:.]+)` \|/gm)].map(([, scope]) => scope);

    expect(explained).toEqual(manifest.oauth_config.scopes.bot);
  });

  it('hints at verbs that the parser knows', () => {
    for (const { usage_hint: hint } of manifest.features.slash_commands) {
      const verbs = hint.split(' | ').map((each) => each.split(' ')[0] ?? '');
      for (const verb of verbs)
        expect([verb, parseCommand(verb, { workspaces: [] }).verb]).not.toEqual([verb, 'unknown']);
    }
  });
});

describe('settings', () => {
  it('stand in .env.example, all of them and in the same order', () => {
    const example = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);

    expect(example).toEqual(SETTING_NAMES);
  });

  it('stand in README’s table, all of them and in the same order', () => {
    const table = readme.slice(readme.indexOf('| Setting |')).split('\n\n')[0] ?? '';
    const explained = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    );

    expect(explained).toEqual(SETTING_NAMES);
  });

  it('in .env.example hold the defaults of the code or nothing', () => {
    const values = [...read('.env.example').matchAll(/^([A-Z_]+)=(.+)$/gm)].map(
      ([, name, value]) => `${name}=${value}`,
    );

    expect(values).toEqual([
      'PAIFLOW_MAX_BATCH=100',
      'PAIFLOW_MAX_RPS=10',
      'POLL_CRON=*/5 * * * * *',
      'POLL_INTERVAL_MS=15000',
      'DELIVERY_TIMEOUT_MS=10000',
      'DELIVERY_SETTLE_MS=30000',
      'LEASE_MS=45000',
      'DATA_FILE=data/flowbell.json',
      'HTTP_HOST=127.0.0.1',
      'HTTP_PORT=8080',
      'LOCALE=en',
      'LOG_LEVEL=info',
      'SHUTDOWN_GRACE_MS=10000',
    ]);
  });
});

function listeners(): string {
  const folder = 'src/slack/listeners';
  const names = readdirSync(join(import.meta.dirname, '..', folder));
  return names.map((name) => read(`${folder}/${name}`)).join('\n');
}

/** Events that any listener file listens to; of all messages only those in the bot's DM. */
function listenedEvents(): string[] {
  const names = [...listeners().matchAll(/\bapp\.event\('([a-z_]+)'/g)].map(([, name = '']) => name);
  return names.map((name) => (name === 'message' ? 'message.im' : name));
}
