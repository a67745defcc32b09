import { z } from 'zod';

/** How patient and how strict the loopback Slack is. Every number can be made smaller so that tests are quick. */
export const slackSettingsSchema = z.strictObject({
  /** Time to acknowledge an envelope (docs.slack.dev, interactivity/handling-user-interaction: 3 s). */
  ackTimeoutMs: z.int().min(1),
  /** Life of a trigger id (docs.slack.dev, reference/methods/views.open: 3 s). */
  triggerLifetimeMs: z.int().min(1),
  /** Life and uses of a response_url (docs.slack.dev, interactivity/handling-user-interaction). */
  responseUrlLifetimeMs: z.int().min(1),
  responseUrlUses: z.int().min(1),
  /** Waits before an event that was not acknowledged is sent again: at once, after 1 min, after 5 min. */
  eventRetryDelaysMs: z.array(z.int().min(0)).max(3),
  /** True = calls beyond Slack's tiers answer 429 with Retry-After. */
  strictRates: z.boolean(),
  /** The most objects that history and replies give in one page. */
  maxPageSize: z.int().min(1).max(1000),
});

export type SlackSettings = z.output<typeof slackSettingsSchema>;

/** Slack's own numbers. */
export const SLACK_DEFAULTS: SlackSettings = {
  ackTimeoutMs: 3000,
  triggerLifetimeMs: 3000,
  responseUrlLifetimeMs: 30 * 60_000,
  responseUrlUses: 5,
  eventRetryDelaysMs: [0, 60_000, 300_000],
  strictRates: false,
  maxPageSize: 999,
};
