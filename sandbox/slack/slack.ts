import { FaultList, type SlackFault } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { JsonObject } from '../json.ts';
import type { AppManifest } from '../manifest.ts';
import { createRandom } from '../random.ts';
import { Directory } from './directory.ts';
import type { HeldCall } from './held-calls.ts';
import { MessageStore } from './messages.ts';
import { RateLimits } from './rate-limits.ts';
import { ResponseUrls } from './response-urls.ts';
import type { SlackSettings } from './settings.ts';
import { SocketMode } from './socket-mode.ts';
import { Tokens } from './tokens.ts';
import { Triggers } from './triggers.ts';
import { Uploads } from './uploads.ts';
import { ViewStore } from './view-store.ts';

/** Everything the loopback Slack knows. One object, so that methods and people's deeds share one truth. */
export interface Slack {
  readonly manifest: AppManifest;
  /** The bot's scopes as they are granted now; those of the manifest unless an admin took some away. */
  readonly scopes: Set<string>;
  /** Slack's time in epoch milliseconds. */
  readonly now: () => number;
  readonly settings: SlackSettings;
  readonly journal: Journal;
  readonly faults: FaultList<SlackFault>;
  readonly directory: Directory;
  readonly messages: MessageStore;
  readonly tokens: Tokens;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly rates: RateLimits;
  readonly views: ViewStore;
  readonly uploads: Uploads;
  readonly sockets: SocketMode;
  /** `http://127.0.0.1:PORT`; known only once the server listens. */
  origin: string;
  /** The payload of the last event that was sent; a deed can send it again. */
  lastEvent?: JsonObject;
  /** Calls of the Web API that a fault keeps waiting. */
  readonly held: Set<HeldCall>;
  /** Calls whose effect comes later than their answer; stopped with the sandbox. */
  readonly timers: Set<NodeJS.Timeout>;
}

/** A Slack workspace with the app installed and nobody connected yet; its clock is the journal's. */
export function createSlack(given: {
  readonly manifest: AppManifest;
  readonly settings: SlackSettings;
  readonly journal: Journal;
  readonly seed: number;
}): Slack {
  const { manifest, settings, journal, seed } = given;
  const { now } = journal;
  return {
    manifest,
    scopes: new Set(manifest.scopes),
    now,
    settings,
    journal,
    faults: new FaultList<SlackFault>(createRandom(seed + 5)),
    directory: new Directory(manifest.botName),
    messages: new MessageStore(now),
    tokens: new Tokens(),
    triggers: new Triggers(settings, now),
    responseUrls: new ResponseUrls(settings, now),
    rates: new RateLimits(),
    views: new ViewStore(),
    uploads: new Uploads(),
    sockets: new SocketMode(settings, journal),
    origin: '',
    held: new Set(),
    timers: new Set(),
  };
}

/** Runs `deed` later, unless the sandbox stops before. */
export function runLater(slack: Slack, delayMs: number, deed: () => void): void {
  const timer = setTimeout(() => {
    slack.timers.delete(timer);
    deed();
  }, delayMs);
  slack.timers.add(timer);
}
