import { type JsonObject, textIn } from '../json.ts';
import { findBlockProblems } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { checkString, createReport } from './report.ts';
import { checkText } from './text.ts';

/** Why Slack would refuse this view (docs.slack.dev, surfaces/modals); empty when it would take it. */
export function findViewProblems(view: JsonObject): readonly string[] {
  const report = createReport();
  const type = textIn(view.type);
  if (type !== 'modal' && type !== 'home') report.add('/type', 'must be modal or home');
  const plain = { max: LIMITS.viewTitle, isPlainOnly: true };
  checkText(report, '/title', view.title, { ...plain, isRequired: type === 'modal' });
  checkText(report, '/submit', view.submit, plain);
  checkText(report, '/close', view.close, plain);
  checkString(report, '/private_metadata', view.private_metadata, { min: 0, max: LIMITS.privateMetadata });
  checkString(report, '/callback_id', view.callback_id, { max: LIMITS.id });
  checkString(report, '/external_id', view.external_id, { min: 0, max: LIMITS.id });
  const hasInput = Array.isArray(view.blocks) && view.blocks.some((block) => block?.type === 'input');
  if (type === 'modal' && hasInput && view.submit === undefined) {
    report.add('/submit', 'a modal with an input block needs a submit button');
  }
  return [...report.problems, ...findBlockProblems(view.blocks, 'view')];
}
