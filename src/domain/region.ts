/**
 * The shape of Alibaba Cloud's region ids, `cn-hangzhou`, `ap-southeast-1`, `cn-north-2-gov-1` (Endpoints page of
 * PAIFlow), as a piece of an expression: a new region needs no release of ours, and nothing else gets into a host name.
 */
export const REGION = '(?:cn|ap|us|eu|me|na)-[a-z]{2,20}(?:-[a-z0-9]{1,20}){0,3}';

const WHOLE_REGION = new RegExp(`^${REGION}$`);

export function isRegion(text: string): boolean {
  return WHOLE_REGION.test(text);
}
