import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRfc3986, sign } from '../../src/paiflow/signer.ts';

/** Alibaba Cloud's own signer, as the oracle. CommonJS, whose default export Node and vitest unwrap differently. */
const require = createRequire(import.meta.url);
const { default: official }: { default: OfficialSigner } = require('@alicloud/openapi-util');

const KEY = { accessKeyId: 'testAccessKeyId', accessKeySecret: 'testAccessKeySecret' };
const MOMENT = { date: new Date('2026-01-02T03:04:05.678Z'), nonce: '0123456789abcdef0123456789abcdef' };
const HOST = 'https://paiflow.cn-hangzhou.aliyuncs.com';
const BATCH = {
  method: 'PUT',
  url: new URL(`${HOST}/api/v1/pipelineruns`),
  headers: {
    'x-acs-action': 'ListPipelineRunsStatus',
    'x-acs-version': '2021-02-02',
    'content-type': 'application/json; charset=utf-8',
  },
  body: '{"PipelineRuns":["flow-hynm2bv8wqhp5esfxq","flow-rbvg5wzljzjhc9ks92"],"WorkspaceId":"94801"}',
};

function signatureOf(headers: Record<string, string>): string | undefined {
  return headers.authorization?.split('Signature=')[1];
}

describe('sign', () => {
  it('gives the signature of the official example', () => {
    const headers = sign(
      {
        method: 'POST',
        url: new URL(
          'https://ecs.cn-shanghai.aliyuncs.com/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
        ),
        headers: { 'x-acs-action': 'RunInstances', 'x-acs-version': '2014-05-26' },
        body: '',
      },
      { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' },
      { date: new Date('2023-10-26T10:22:32Z'), nonce: '3156853299f313e23d1673dc12e1703d' },
    );

    expect(headers.authorization).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('signs a body (vector A)', () => {
    const headers = sign(BATCH, KEY, MOMENT);

    expect(headers['x-acs-content-sha256']).toBe(
      '3ece2653bdb96efff0b104142808e5e41788a3fecaa8b3b784c9bddd110d1f49',
    );
    expect(headers['x-acs-date']).toBe('2026-01-02T03:04:05Z');
    expect(signatureOf(headers)).toBe('4df74f68ac41d91ccbec45653e108da3ec06184a62eb51925626fa9c2c7500b5');
  });

  it('signs temporary credentials along (vector B)', () => {
    const headers = sign(BATCH, { ...KEY, securityToken: 'testStsToken==' }, MOMENT);

    expect(headers['x-acs-security-token']).toBe('testStsToken==');
    expect(signatureOf(headers)).toBe('1776456e690f39d2091e1f66db29121c8a9c1b5624e1217cfc559d44520eb1b2');
  });

  it('signs a query (vector C)', () => {
    const query = {
      Name: 'a b+c*~/中',
      Order: 'DESC',
      PageNumber: '1',
      PageSize: '10',
      SortBy: 'GmtCreateTime',
    };
    const search = Object.entries({ ...query, WorkspaceId: '94801' }).map(
      ([k, v]) => `${k}=${encodeRfc3986(v)}`,
    );
    const headers = sign(
      {
        method: 'GET',
        url: new URL(`${HOST}/api/v1/pipelineruns?${search.reverse().join('&')}`),
        headers: { 'x-acs-action': 'ListPipelineRuns', 'x-acs-version': '2021-02-02' },
        body: '',
      },
      KEY,
      MOMENT,
    );

    expect(signatureOf(headers)).toBe('036670f600fa0366c8f37e59d00f520c5ca6bb99e90f98c9e95a2e33973818f4');
  });

  it('signs the port of a host that has one', () => {
    const withPort = sign(
      { ...BATCH, url: new URL('http://127.0.0.1:8081/api/v1/pipelineruns') },
      KEY,
      MOMENT,
    );
    const without = sign({ ...BATCH, url: new URL('http://127.0.0.1/api/v1/pipelineruns') }, KEY, MOMENT);

    expect(signatureOf(withPort)).not.toBe(signatureOf(without));
  });

  it('agrees with the official library on any request', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...`!'()*+~ %/&=?#\n"中`), fc.string({ minLength: 1 })),
    });
    // No half of a surrogate pair: it can be neither encoded nor sent.
    const hostile = text.filter((value) => !/\p{Surrogate}/u.test(value));
    const segment = hostile.filter((value) => !['.', '..'].includes(value));

    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'PUT', 'POST'),
        fc.array(segment, { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[A-Za-z0-9]{1,8}$/), hostile, {
          maxKeys: 5,
          noNullPrototype: true,
        }),
        hostile,
        fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/), { nil: undefined }),
        (method, segments, query, body, securityToken) => {
          const pathname = `/${['api', ...segments].map(encodeRfc3986).join('/')}`;
          const search = Object.entries(query).map(([name, value]) => `${name}=${encodeRfc3986(value)}`);
          const url = new URL(`http://127.0.0.1:8443${pathname}?${search.join('&')}`);
          const credentials = { ...KEY, ...(securityToken !== undefined && { securityToken }) };
          const headers = { 'x-acs-action': ' GetPipelineRun ', 'content-type': 'application/json' };

          const { authorization, ...added } = sign({ method, url, headers, body }, credentials, MOMENT);

          expect(authorization).toBe(
            officialAuthorization({ method, pathname, query, headers: { ...headers, ...added } }),
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});

interface OfficialRequest {
  readonly method: string;
  readonly pathname: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
}

interface OfficialSigner {
  getAuthorization(
    request: OfficialRequest,
    algorithm: string,
    payloadHash: string,
    accessKeyId: string,
    accessKeySecret: string,
  ): string;
}

function officialAuthorization({ headers, ...request }: OfficialRequest): string {
  return official.getAuthorization(
    { ...request, headers: { ...headers, host: '127.0.0.1:8443' } },
    'ACS3-HMAC-SHA256',
    headers['x-acs-content-sha256'] ?? '',
    KEY.accessKeyId,
    KEY.accessKeySecret,
  );
}
