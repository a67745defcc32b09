import type { Check, DoctorReport } from '../messages/catalog.ts';
import { renderDoctor } from '../messages/doctor-card.ts';
import { type Answer, commandLine, type Request } from './request.ts';

export interface DoctorPorts {
  /** Looks at Slack, PAI and the clock, each within its own time; rejects only by a fault of our own. */
  readonly checks: (options: { signal: AbortSignal }) => Promise<readonly Check[]>;
  readonly now: () => Date;
  /** Flowbell's own. */
  readonly version: string;
  /** Makes a code that a person reads out and that is found in the admins' log. */
  readonly supportCode: () => string;
  /** Puts a report into that log, under its support code. */
  readonly record: (report: DoctorReport) => void;
}

/** More than any check takes, so that this ends only what has no end of its own. */
const CHECKS_TIMEOUT_MS = 9000;

/** `/pai doctor`: what works and what somebody must mend. */
export async function doctor(request: Request, ports: DoctorPorts): Promise<Answer> {
  const { actor } = request;
  const signal = AbortSignal.timeout(CHECKS_TIMEOUT_MS);
  const found = await ports.checks({ signal });
  const report: DoctorReport = {
    checks: isInChannel(request) ? [...found, { subject: { kind: 'channel' }, verdict: 'fine' }] : found,
    readAt: ports.now(),
    version: ports.version,
    isAdmin: actor.isAdmin,
    supportCode: ports.supportCode(),
    again: commandLine(request, 'doctor'),
  };
  ports.record(report);
  return { kind: 'shown', message: renderDoctor(report, actor.locale) };
}

/**
 * True where the request itself shows that Flowbell is in the channel: Slack sends a mention only from there, and what
 * has no command name comes out of its own DM. A slash command works anywhere, and nothing Flowbell may ask tells more.
 */
function isInChannel({ commandName }: Request): boolean {
  return !commandName.startsWith('/');
}
