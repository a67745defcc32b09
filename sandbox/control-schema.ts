import { z } from 'zod';
import { paiflowFaultSchema, slackFaultSchema } from './faults.ts';
import { logMakerSchema } from './paiflow/node-log.ts';
import { newRunSchema } from './paiflow/run-schema.ts';
import { paiflowSettingsSchema } from './paiflow/settings.ts';
import { slackSettingsSchema } from './slack/settings.ts';
import { isTimeZone } from './slack/time-zone.ts';

const user = z.string().min(1);
const channel = z.string().min(1);
/** A name of the IANA data base; another one would break every answer about the person. */
const tz = z.string().refine(isTimeZone, 'no time zone of that name');
const object = z.record(z.string(), z.unknown());

const choice = {
  actionId: z.string().optional(),
  label: z.string().optional(),
  value: z.string().optional(),
};

const typed = {
  text: z.string(),
  blocks: z.array(object).optional(),
  attachments: z.array(object).optional(),
  threadTs: z.string().optional(),
};

const status = z.string().min(1);

/** Every deed of the control interface and what it takes; an unknown member is refused by name. */
export const CONTROL_INPUTS = {
  command: z.strictObject({
    user,
    channel,
    text: z.string().default(''),
    command: z.string().default('/pai'),
  }),
  shortcut: z.strictObject({
    user,
    channel: channel.optional(),
    messageTs: z.string().optional(),
    callbackId: z.string(),
  }),
  say: z.strictObject({ user, channel, ...typed }),
  mention: z.strictObject({ user, channel, ...typed }),
  dm: z.strictObject({ user, ...typed }),
  click: z
    .strictObject({
      user,
      messageId: z.string().optional(),
      viewId: z.string().optional(),
      /** Not needed, a message id says it; checked when given. */
      channel: channel.optional(),
      ...choice,
    })
    .refine((deed) => (deed.messageId === undefined) !== (deed.viewId === undefined), 'messageId or viewId')
    .refine((deed) => deed.actionId !== undefined || deed.label !== undefined, 'actionId or label'),
  submit: z.strictObject({
    user,
    viewId: z.string().optional(),
    values: z.record(z.string(), z.string()).optional(),
  }),
  closeView: z.strictObject({ user, viewId: z.string().optional() }),
  openHome: z.strictObject({ user }),
  join: z.strictObject({ user, channel }),
  leave: z.strictObject({ user, channel }),
  /** Sends the last event again, as Slack does when it saw no acknowledgement. */
  redeliver: z.strictObject({}),
  messages: z.strictObject({
    channel: channel.optional(),
    user: user.optional(),
    afterRevision: z.coerce.number().int().min(0).optional(),
    interactionId: z.string().optional(),
    withDeleted: z.stringbool().or(z.boolean()).optional(),
    /** Waits this long for a change after `afterRevision` before it answers. */
    waitMs: z.coerce.number().int().min(0).max(30_000).default(0),
  }),
  views: z.strictObject({ user }),
  setUser: z.strictObject({
    user,
    name: z.string().optional(),
    realName: z.string().optional(),
    teamId: z.string().optional(),
    locale: z.string().optional(),
    tz: tz.optional(),
    isAdmin: z.boolean().optional(),
    isOwner: z.boolean().optional(),
    isRestricted: z.boolean().optional(),
    isUltraRestricted: z.boolean().optional(),
    isDeleted: z.boolean().optional(),
  }),
  addUser: z.strictObject({
    user,
    name: z.string().min(1),
    locale: z.string().optional(),
    tz: tz.optional(),
    channels: z.array(channel).default([]),
  }),
  setChannel: z.strictObject({
    channel,
    /** A change of it raises its event. */
    isArchived: z.boolean().optional(),
    isExtShared: z.boolean().optional(),
    /** Only admins may post, and no app. */
    isReadOnly: z.boolean().optional(),
  }),
  addChannel: z.strictObject({
    channel,
    name: z.string().min(1),
    kind: z.enum(['public', 'private', 'mpim']).default('public'),
    members: z.array(user).default(['U0MEMBER', 'U0OWNER', 'U0ADMIN', 'U0BOT']),
  }),
  /** One's own message, or anybody's as an admin. */
  deleteMessage: z.strictObject({ user, channel, ts: z.string() }),
  /** Takes these scopes of the manifest away from the bot and gives it all others. */
  setScopes: z.strictObject({ without: z.array(z.string()) }),
  revokeToken: z.strictObject({ which: z.enum(['bot', 'app']).default('bot') }),
  restoreTokens: z.strictObject({}),
  setSlack: slackSettingsSchema.partial(),
  setPaiflow: paiflowSettingsSchema.partial(),
  addSlackFault: slackFaultSchema,
  addPaiflowFault: paiflowFaultSchema,
  clearFaults: z.strictObject({
    service: z.enum(['slack', 'paiflow']).optional(),
    operation: z.string().optional(),
  }),
  faults: z.strictObject({}),
  dropSockets: z.discriminatedUnion('mode', [
    /** Cuts every connection without a word. */
    z.strictObject({ mode: z.literal('abrupt') }),
    /** Asks every app to reconnect. */
    z.strictObject({
      mode: z.literal('disconnect'),
      reason: z
        .enum(['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets'])
        .default('refresh_requested'),
    }),
    /** Cuts every connection and refuses apps.connections.open `count` times, or until restored. */
    z.strictObject({
      mode: z.literal('refuse'),
      count: z.int().min(1).optional(),
      error: z.string().default('internal_error'),
    }),
    /** Cuts every connection and every try to come back, until restored. */
    z.strictObject({ mode: z.literal('down') }),
  ]),
  restoreSockets: z.strictObject({}),
  sockets: z.strictObject({}),
  /** Calls of the Web API that a fault keeps waiting now. */
  inFlight: z.strictObject({}),
  runs: z.strictObject({ name: z.string().optional(), region: z.string().optional() }),
  createRuns: z.strictObject({
    runs: z.array(newRunSchema).default([]),
    /** Makes this many runs like `like`, named `like.name-1`, `-2` … */
    count: z.int().min(0).max(100_000).default(0),
    like: newRunSchema.optional(),
  }),
  setRun: z.strictObject({
    run: z.string(),
    status: status.optional(),
    message: z.string().optional(),
    name: z.string().optional(),
    isVisible: z.boolean().optional(),
    isDeleted: z.boolean().optional(),
    accessibility: z.enum(['PUBLIC', 'PRIVATE']).optional(),
    /** Starts it again under the same id. */
    rerun: z.boolean().default(false),
    /** Lets the nodes follow when the status is final. */
    settle: z.boolean().default(true),
  }),
  setNode: z.strictObject({
    run: z.string(),
    node: z.string(),
    status,
    /** Takes the place of the log it had. */
    logs: z.array(z.string()).optional(),
    logMaker: logMakerSchema.optional(),
  }),
  addNode: z.strictObject({
    run: z.string(),
    name: z.string(),
    status: status.default('ReadyToSchedule'),
    type: z.enum(['Task', 'Dag', 'Loop']).default('Task'),
    /** Id or name of the Dag or Loop it appears in; left out = directly in the run. */
    parent: z.string().optional(),
  }),
  deleteRun: z.strictObject({ run: z.string(), isForgotten: z.boolean().default(false) }),
  /** What truly happened to one run, the forgotten ones too, or to all. */
  history: z.strictObject({ run: z.string().optional() }),
  play: z.strictObject({
    run: z.string(),
    /** Without steps the run moves on by itself, one node every `stepMs`, to its success. */
    stepMs: z.int().min(1).default(3000),
    steps: z
      .array(
        z.strictObject({
          afterMs: z.int().min(0),
          status,
          node: z.string().optional(),
          message: z.string().optional(),
        }),
      )
      .optional(),
  }),
  journal: z.strictObject({
    service: z.enum(['slack', 'paiflow', 'response_url', 'socket']).optional(),
    operation: z.string().optional(),
    after: z.coerce.number().int().min(0).optional(),
  }),
  clearJournal: z.strictObject({}),
  state: z.strictObject({}),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type Deed = keyof typeof CONTROL_INPUTS;
/** What a caller may write; defaults may be left out. */
export type DeedInput<D extends Deed> = z.input<(typeof CONTROL_INPUTS)[D]>;
/** What the sandbox works with, defaults filled in. */
export type DeedOrder<D extends Deed> = z.output<(typeof CONTROL_INPUTS)[D]>;
