import type {
  Check,
  CheckFacts,
  CheckFinding,
  CheckSubject,
  DoctorWords,
  PaiTrouble,
} from '../../catalog.ts';
import { ago, code, type Line, line, moment } from '../../line.ts';
import { grouped, short } from '../../numbers.ts';
import { cleanLabel } from '../../outside-text.ts';
import { counted, listed } from './phrases.ts';
import { troubleWords } from './trouble.ts';

/** What `doctor` found out in Slack. */
export const doctorWords: DoctorWords = {
  doctorHead(unwell, checks) {
    const count = checks.length;
    if (unwell === 0)
      return line`${count === 1 ? 'The one check is' : `All ${count} checks are`} fine: ${subjects(checks)}`;
    return line`${unwell} of ${count} checks ${unwell === 1 ? 'needs' : 'need'} somebody`;
  },
  checkSubject,
  finding: (finding, isAdmin) =>
    line`: ${finding === undefined ? 'did not pass' : findingWords(finding, isAdmin)}`,
  fineChecks: (checks) => line`Fine: ${subjects(checks)}`,
  checkFacts,
  version: (version) => line`Flowbell ${version}`,
  supportCode: (supportCode) => line`support code ${supportCode}`,
  readAt: (at) => line`checked ${ago(at)}`,
};

function subjects(checks: readonly Check[]): string {
  const more = checks.length - MOST_SUBJECTS;
  const shown = checks
    .slice(0, MOST_SUBJECTS)
    .map(({ subject }) => checkSubject(subject))
    .join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const MOST_SUBJECTS = 15;

function checkSubject(subject: CheckSubject): string {
  switch (subject.kind) {
    case 'slack':
      return 'Slack';
    case 'slack-scopes':
      return 'Slack rights';
    case 'channel':
      return 'this channel';
    case 'clock':
      return 'clock';
    case 'store':
      return 'store';
    case 'watcher':
      return 'watcher';
    case 'deliveries':
      return 'deliveries';
    case 'pai':
      return `PAI ${cleanLabel(subject.label)}`;
  }
}

function findingWords(finding: CheckFinding, isAdmin: boolean): Line {
  switch (finding.kind) {
    case 'missing-scopes':
      if (!isAdmin) return line`rights are missing; an admin must install Flowbell again`;
      return line`${listed(
        finding.scopes.slice(0, MOST_SCOPES).map((scope) => code(scope)),
        Math.max(0, finding.scopes.length - MOST_SCOPES),
      )} missing. Admin: install Flowbell again with ${code('manifest.yml')}`;
    case 'not-in-channel':
      return line`I am not in it. Type ${code('/invite @Flowbell')}`;
    case 'slack-away':
      return line`Slack does not answer. Ask again in a minute`;
    case 'clock-off':
      return line`${grouped(Math.abs(finding.seconds))} s off. An admin must set the time; above 15 minutes PAI refuses every call`;
    case 'clock-not-compared':
      return line`nobody answered whose clock mine could be compared with`;
    case 'link-down':
      return line`the line to Slack has been down since ${moment(finding.since)}; it comes back by itself`;
    case 'store-read-only':
      return line`cannot be written since ${moment(finding.since)}; nothing is lost, but nothing new is saved or told. ${
        isAdmin
          ? line`Admin: free space on the disk of ${code('DATA_FILE')}`
          : line`An admin must look at its disk`
      }`;
    case 'watcher-late':
      return line`${grouped(finding.seconds)} s behind; what happens is told late, not lost. ${
        isAdmin ? line`Admin: look at PAI’s checks and ${code('PAIFLOW_MAX_RPS')}` : line`An admin must look`
      }`;
    case 'deliveries-late':
      return line`${counted(finding.count, 'message')} waiting, the oldest since ${moment(finding.since)}; told late, not lost`;
    case 'channels-closed':
      return line`${heldBack(finding)}. Type ${code('/invite @Flowbell')} there, unarchive it, or let it post; it goes on by itself`;
    case 'deliveries-parked':
      return line`Slack does not take ${counted(finding.count, 'message')}. ${isAdmin ? 'Admin: the log says why' : 'An admin must look'}`;
    case 'pai-trouble':
      return paiWords(finding.trouble, isAdmin);
  }
}

const MOST_SCOPES = 10;

function checkFacts(facts: CheckFacts): Line[] {
  switch (facts.kind) {
    case 'watcher':
      return [...lastLook(facts.lastLook), line`${counted(facts.runs, 'run')} followed${behind(facts)}`];
    case 'deliveries':
      return [
        line`${facts.waiting + facts.held === 0 ? 'nothing' : counted(facts.waiting + facts.held, 'message')} waiting`,
        facts.parked === 0 ? [] : line`${counted(facts.parked, 'message')} set aside`,
      ];
  }
}

/** Nothing may wait there, and the channel is closed all the same. */
function heldBack({ held, count }: Extract<CheckFinding, { kind: 'channels-closed' }>): Line {
  const channels = counted(count, 'closed channel');
  if (held === 0) return line`${channels}, nothing held back`;
  return line`${counted(held, 'update')} ${held === 1 ? 'waits' : 'wait'} for ${channels}`;
}

function lastLook(look: Extract<CheckFacts, { kind: 'watcher' }>['lastLook']): Line[] {
  if (look === undefined) return [];
  return [line`Last look at PAI ${ago(look.at)} (${counted(look.calls, 'call')}, ${short(look.seconds)} s)`];
}

function behind({ lagSeconds }: Extract<CheckFacts, { kind: 'watcher' }>): string {
  return lagSeconds === 0 ? '' : `, ${grouped(lagSeconds)} s behind`;
}

function paiWords(trouble: PaiTrouble, isAdmin: boolean): Line {
  if (trouble.kind !== 'forbidden') return troubleWords(trouble);
  if (!isAdmin) return line`no permission; an admin must grant it`;
  return line`no permission. Admin: grant the RAM policy of ${code('README.md')}, or membership of the PAI workspace`;
}
