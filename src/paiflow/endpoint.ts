import { encodeRfc3986 } from './signer.ts';

/** Public hosts; a VPC has `paiflow-vpc.<region>` (help page "Endpoints" of PAIFlow 2021-02-02). */
const PAI_ENDPOINT = 'https://paiflow.{region}.aliyuncs.com';
const API_PATH = '/api/v1/pipelineruns';
/**
 * Regions come out of links people paste and end up in a host name that gets signed requests, so nothing but
 * the shape of a region passes: no dot, no slash, no colon.
 */
const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/;

export interface Address {
  readonly region: string;
  /** The parts after `/api/v1/pipelineruns`, not encoded yet. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** Throws TypeError unless the setting is an http(s) origin, perhaps with a path; it is not quoted. */
export function checkEndpoint(endpoint: string = PAI_ENDPOINT): void {
  const sample = endpoint.replaceAll('{region}', 'cn-hangzhou');
  if (!URL.canParse(sample) || !isOrigin(new URL(sample))) {
    throw new TypeError('Expected `endpoint` to be an http or https origin');
  }
}

function isOrigin({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** Gives the whole address of a call, or nothing if the region has not the shape of one. */
export function callUrl(
  endpoint: string = PAI_ENDPOINT,
  { region, path, query = {} }: Address,
): URL | undefined {
  if (!REGION.test(region)) return undefined;
  const base = endpoint.replaceAll('{region}', region).replace(/\/+$/, '');
  const parts = path.map((part) => `/${encodeRfc3986(part)}`).join('');
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(String(value))}`);
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return new URL(`${base}${API_PATH}${parts}${search}`);
}
