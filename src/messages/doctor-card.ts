import type { Check, DoctorReport, Locale } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { bold, code, emoji, join, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { cleanCode } from './outside-text.ts';

const SIGNS = { fine: 'white_check_mark', warning: 'warning', failed: 'x' } as const;

/** What `doctor` found: who must do something first, what is fine in one line. */
export function renderDoctor(report: DoctorReport, locale: Locale): Message {
  const unwell = [
    ...report.checks.filter(({ verdict }) => verdict === 'failed'),
    ...report.checks.filter(({ verdict }) => verdict === 'warning'),
  ];
  const fits = (shown: number): boolean => fitsInMessage(doctorParts(report, unwell, shown, locale));
  return composeMessage(doctorParts(report, unwell, mostThatFit(unwell.length, fits), locale));
}

function doctorParts(
  report: DoctorReport,
  unwell: readonly Check[],
  most: number,
  locale: Locale,
): MessageParts {
  const catalog = catalogFor(locale);
  const { checks, isAdmin, readAt, version, supportCode, again } = report;
  const fine = checks.filter(({ verdict }) => verdict === 'fine');
  const shown = unwell.slice(0, most);
  const lines: Line[] = [
    line`${emoji(SIGNS[unwell[0]?.verdict ?? 'fine'])} ${catalog.doctorHead(unwell.length, checks)}`,
    ...shown.map(
      ({ subject, verdict, finding }) =>
        line`${emoji(SIGNS[verdict])} ${bold(catalog.checkSubject(subject))}${catalog.finding(finding, isAdmin)}`,
    ),
  ];
  if (shown.length < unwell.length) lines.push(catalog.someShown(shown.length, unwell.length));
  if (unwell.length > 0 && fine.length > 0) lines.push(catalog.fineChecks(fine));
  return {
    lines,
    buttons: [{ deed: 'refresh', label: catalog.buttons.refresh, command: again }],
    small: join(
      [
        ...vendorCodes(shown),
        ...checks.flatMap(({ facts }) => (facts === undefined ? [] : catalog.checkFacts(facts))),
        catalog.readAt(readAt),
        catalog.version(cleanCode(version)),
        catalog.supportCode(code(supportCode)),
      ],
      ' · ',
    ),
  };
}

/** PAI's code and request id of the first trouble: what its support asks for. */
function vendorCodes(checks: readonly Check[]): Line[] {
  for (const { finding } of checks) {
    if (finding?.kind !== 'pai-trouble') continue;
    const words = [finding.code, finding.requestId].filter((each) => each !== undefined);
    if (words.length > 0) return words.map((word) => [code(cleanCode(word))]);
  }
  return [];
}
