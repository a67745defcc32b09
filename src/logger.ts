import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/** Takes secrets out of a finished log line. */
export type Redact = (line: string) => string;

/** What may never stand in a log, whoever wrote the line: our libraries print whole payloads at debug. */
const SECRET_SHAPES: readonly RegExp[] = [
  /\bx(?:ox[a-z]|app)-[\w-]{6,}/g,
  /\bLTAI[A-Za-z0-9]{10,}/g,
  /\bSTS\.[A-Za-z0-9]{6,}/g,
  /(?<=token(?:_?id)?(?:=|＝|%(?:25){0,3}3D|\\{0,7}":\s?\\{0,7}"))[^\s&"\\<>|]+/gi,
  /(?<=\b(?:bearer|credential=|signature=))\s*[\w+/=.-]{6,}/gi,
  // Tickets of Socket Mode and response urls let anybody speak as Flowbell while they last.
  /(?<=\bticket=)[^\s&"\\]+/gi,
  /(?<=\\{0,7}\/(?:commands|actions|app|hooks)\\{0,7}\/)[\w/\\-]{12,}/g,
];

/** Hides the secrets in the settings, exactly as they are, and everything that has the shape of one. */
export function createRedact(secrets: readonly (string | undefined)[]): Redact {
  const exact = secrets.filter((secret) => secret !== undefined && secret.length >= 6);
  return (line) => {
    let safe = line;
    for (const secret of exact) safe = safe.replaceAll(secret ?? '', '[hidden]');
    for (const shape of SECRET_SHAPES) safe = safe.replace(shape, '[hidden]');
    return safe;
  };
}

/** One JSON line per event on stdout; each passes `redact` whole, so no field can be forgotten. */
export function createLogger({
  level,
  redact,
  write = (line) => process.stdout.write(line),
}: {
  readonly level: Config['logLevel'];
  readonly redact: Redact;
  readonly write?: (line: string) => void;
}): Logger {
  const destination: DestinationStream = { write: (line) => write(redact(line)) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/**
 * Our logger in the shape Slack's packages want. Their own sentences become the field `said`, at most as loud as
 * `loudest`: what Slack's libraries call an error is often something we cope with.
 */
export function slackLogger(
  logger: Logger,
  {
    logLevel,
    loudest = 'warn',
  }: { readonly logLevel: Config['logLevel']; readonly loudest?: 'debug' | 'warn' },
): SlackLogger {
  const say =
    (level: 'debug' | 'warn') =>
    (...said: unknown[]) => {
      if (logger.isLevelEnabled(level)) logger[level]({ said: said.map(String).join(' ') }, 'Slack library');
    };
  return {
    debug: say('debug'),
    info: say('debug'),
    warn: say(loudest),
    error: say(loudest),
    setLevel: () => undefined,
    getLevel: () => LEVELS[logLevel],
    setName: () => undefined,
  };
}

const LEVELS = { debug: LogLevel.DEBUG, info: LogLevel.INFO, warn: LogLevel.WARN, error: LogLevel.ERROR };
