import type { PaiTrouble, PartialAnswer } from '../../catalog.ts';
import { code, join, type Line, line } from '../../line.ts';
import { named } from './phrases.ts';

/** Why PAI gave no answer, and what to do. */
export function troubleWords({ kind, region, waitedMs }: PaiTrouble): Line {
  switch (kind) {
    case 'throttled':
      return line`PAI is limiting our calls (rate limit). Ask again in a minute.`;
    case 'timeout':
      return line`PAI did not answer within ${Math.round(waitedMs / 1000)} s (${region}).`;
    case 'network':
      return line`I can't reach PAI in ${region}: network or proxy. Admins: npm run doctor.`;
    case 'forbidden':
      return line`Flowbell's PAI account has no permission for this in ${region}. An admin must grant the RAM policy of ${code('README.md')} or membership of the PAI workspace.`;
    case 'wrong-key':
      return line`PAI does not accept Flowbell's AccessKey. An admin must renew it.`;
    case 'wrong-clock':
      return line`Flowbell's clock is off by more than 15 minutes, so PAI refuses its calls. An admin must set the time.`;
    case 'junk':
      return line`PAI sent an answer I can't read. It is logged for the admins.`;
    case 'unavailable':
      return line`PAI has a fault of its own in ${region}. Ask again in a minute.`;
    case 'too-large':
      return line`PAI's answer is larger than 8 MB, so it was not read (${region}).`;
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return line`PAI refuses this question in ${region}.`;
  }
}

/** `sg did not answer; dev has no permission for Flowbell` */
export function whoDidNotAnswer({ notShown }: PartialAnswer): Line {
  const left = notShown.length - MOST_TROUBLES;
  return join(
    [
      ...notShown
        .slice(0, MOST_TROUBLES)
        .map(({ labels, trouble }) => line`${named(labels, MOST_SILENT)} ${deed(trouble)}`),
      left > 0 ? line`${left} more troubles` : undefined,
    ],
    '; ',
  );
}

const MOST_TROUBLES = 3;
/** PAI workspaces named for one trouble. */
const MOST_SILENT = 3;

function deed({ kind }: PaiTrouble): string {
  switch (kind) {
    case 'throttled':
      return 'limited our calls';
    case 'timeout':
      return 'did not answer';
    case 'network':
      return 'could not be reached';
    case 'forbidden':
      return 'gave no permission';
    case 'wrong-key':
      return "did not accept Flowbell's AccessKey";
    case 'wrong-clock':
      return "refused our calls: Flowbell's clock is off";
    case 'junk':
      return "sent an answer I can't read";
    case 'unavailable':
      return 'had a fault of its own';
    case 'too-large':
      return 'sent more than 8 MB, which was not read';
    case 'refused':
    case 'question-refused':
    case 'not-found':
      return 'refused the question';
  }
}
