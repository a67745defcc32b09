import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** The parts of a Slack app manifest that decide what a person can do and what the bot may call. */
const manifestSchema = z.looseObject({
  display_information: z.looseObject({ name: z.string().min(1) }),
  features: z
    .looseObject({
      bot_user: z.looseObject({ display_name: z.string() }).optional(),
      app_home: z.looseObject({ home_tab_enabled: z.boolean().optional() }).optional(),
      shortcuts: z
        .array(
          z.looseObject({ name: z.string(), type: z.enum(['message', 'global']), callback_id: z.string() }),
        )
        .optional(),
      slash_commands: z
        .array(z.looseObject({ command: z.string().startsWith('/'), should_escape: z.boolean().optional() }))
        .optional(),
    })
    .optional(),
  oauth_config: z
    .looseObject({
      scopes: z.looseObject({
        bot: z.array(z.string()).optional(),
        bot_optional: z.array(z.string()).optional(),
      }),
    })
    .optional(),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).optional() }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean() }).optional(),
      socket_mode_enabled: z.boolean().optional(),
    })
    .optional(),
});

/** An installed app, as its manifest describes it. */
export interface AppManifest {
  readonly name: string;
  readonly botName: string;
  readonly commands: ReadonlyMap<string, { readonly shouldEscape: boolean }>;
  readonly shortcuts: ReadonlyMap<string, { readonly name: string; readonly type: 'message' | 'global' }>;
  /** What is granted at the installation, the optional scopes too. */
  readonly scopes: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly isInteractive: boolean;
  readonly hasHomeTab: boolean;
}

const DEFAULT_PATH = fileURLToPath(new URL('../manifest.yml', import.meta.url));

/** Reads a manifest from a path (YAML or JSON) or takes the given object. Throws with what is wrong in it. */
export async function readManifest(source: string | object = DEFAULT_PATH): Promise<AppManifest> {
  const raw: unknown = typeof source === 'string' ? parse(await readFile(source, 'utf8')) : source;
  const parsed = manifestSchema.safeParse(raw);
  if (!parsed.success) throw new Error(`the manifest is not usable: ${z.prettifyError(parsed.error)}`);
  const { display_information, features, oauth_config, settings } = parsed.data;
  return {
    name: display_information.name,
    botName: features?.bot_user?.display_name ?? display_information.name,
    commands: new Map(
      (features?.slash_commands ?? []).map((each) => [
        each.command,
        { shouldEscape: each.should_escape ?? false },
      ]),
    ),
    shortcuts: new Map(
      (features?.shortcuts ?? []).map((each) => [each.callback_id, { name: each.name, type: each.type }]),
    ),
    scopes: new Set([...(oauth_config?.scopes.bot ?? []), ...(oauth_config?.scopes.bot_optional ?? [])]),
    events: new Set(settings?.event_subscriptions?.bot_events ?? []),
    isInteractive: settings?.interactivity?.is_enabled ?? false,
    hasHomeTab: features?.app_home?.home_tab_enabled ?? false,
  };
}
