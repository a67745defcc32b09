import type { Check, DoctorReport, Locale } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { code, emoji, type Line, line } from './line.ts';
import { composeMessage, type Message } from './message.ts';

const EMOJI = { fine: 'white_check_mark', warning: 'warning', failed: 'x' } as const;

/** What the checks found, the worst first. */
export function renderDoctor(report: DoctorReport, locale: Locale): Message {
  const { checks, version, supportCode, again } = report;
  const rows = (['failed', 'warning', 'fine'] as const).flatMap((verdict) =>
    checks.filter((check) => check.verdict === verdict).map(row),
  );
  return composeMessage({
    lines: [...rows, line`Flowbell ${version} · ${code(supportCode)}`],
    buttons: [{ deed: 'refresh', label: catalogFor(locale).buttons.refresh, command: again }],
  });
}

function row({ subject, verdict }: Check): Line {
  const words = subject.kind === 'pai' ? line`PAI ${code(subject.label)}` : line`${subject.kind}`;
  return line`${emoji(EMOJI[verdict])} ${words}`;
}
