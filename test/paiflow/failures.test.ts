import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify, type PaiflowError, readFailure, readRetryAfterMs } from '../../src/paiflow/errors.ts';
import { readFailureBody } from '../../src/paiflow/failure-body.ts';

const NOW = new Date('2026-01-02T03:04:05Z');

function failureOf(status: number, body: string, headers: Record<string, string> = {}): PaiflowError {
  return readFailure({
    operation: 'ListPipelineRunsStatus',
    region: 'cn-hangzhou',
    status,
    headers: new Headers(headers),
    body,
    now: NOW,
  });
}

describe('classify', () => {
  it.each([
    // The same code comes with different statuses, so it counts first.
    [400, 'Throttling', 'throttled'],
    [400, 'Throttling.User', 'throttled'],
    [400, 'Throttling.Api', 'throttled'],
    [400, 'Rejected.Throttling', 'throttled'],
    [503, 'Throttling.User', 'throttled'],
    [429, undefined, 'throttled'],
    [503, 'ServiceUnavailable', 'unavailable'],
    [500, 'InternalError', 'unavailable'],
    [502, undefined, 'unavailable'],
    [408, undefined, 'unavailable'],
    // A second attempt has another nonce; halving a batch would not help.
    [400, 'SignatureNonceUsed', 'unavailable'],
    [400, 'InvalidTimeStamp.Expired', 'wrong-clock'],
    [400, 'InvalidTimeStamp.Format', 'wrong-clock'],
    [400, 'SignatureDoesNotMatch', 'wrong-key'],
    [403, 'SignatureDoesNotMatch', 'wrong-key'],
    [403, 'IncompleteSignature', 'wrong-key'],
    // Not a missing run, whatever the status says.
    [404, 'InvalidAccessKeyId.NotFound', 'wrong-key'],
    [400, 'InvalidSecurityToken.Expired', 'wrong-key'],
    [403, 'InvalidSecurityToken', 'wrong-key'],
    [401, undefined, 'wrong-key'],
    [403, 'NoPermission', 'forbidden'],
    [403, 'Forbidden', 'forbidden'],
    [403, 'Forbidden.RAM', 'forbidden'],
    [400, 'Forbidden.RAM', 'forbidden'],
    [403, undefined, 'forbidden'],
    [404, '200200004', 'not-found'],
    [404, undefined, 'not-found'],
    // Another API answers: no id is missing and none is to blame.
    [404, 'InvalidAction.NotFound', 'junk'],
    [404, 'InvalidApi.NotFound', 'junk'],
    [400, 'MissingWorkspaceId', 'refused'],
    [400, 'InvalidParameter', 'refused'],
    [400, '200200004', 'refused'],
    [413, undefined, 'refused'],
    [407, undefined, 'network'],
    [302, undefined, 'junk'],
  ])('takes HTTP %i with %s for %s', (status, code, kind) => {
    expect(classify(status, code)).toBe(kind);
  });
});

describe('readFailureBody', () => {
  it.each([
    [
      '{"Code":"Throttling.User","RequestId":"7B-1","Message":"no"}',
      { code: 'Throttling.User', requestId: '7B-1' },
    ],
    ['{"code":"Forbidden","requestId":"7B-1"}', { code: 'Forbidden', requestId: '7B-1' }],
    ['{"code":"Forbidden","request_id":"7B-1"}', { code: 'Forbidden', requestId: '7B-1' }],
    // PAI's own codes are digits; a JSON number is as good.
    ['{"Code":200200004}', { code: '200200004' }],
    [
      '<?xml version="1.0"?><Error><RequestId>7B-1</RequestId><Code>NoPermission</Code></Error>',
      { code: 'NoPermission', requestId: '7B-1' },
    ],
    ['<html><Code>Sneaky</Code></html>', {}],
    ['{"Code":"Signature for PUT&%2F is wrong","RequestId":{}}', {}],
    ['{"Code":', {}],
    ['null', {}],
    ['[]', {}],
    ['', {}],
  ])('reads %s', (body, said) => {
    expect(readFailureBody(body)).toEqual(said);
  });

  it('takes any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (body) => void readFailureBody(body)));
    fc.assert(fc.property(fc.json(), (body) => void readFailureBody(body)));
  });
});

describe('readRetryAfterMs', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, 10_000],
    [{ 'retry-after': 'Fri, 02 Jan 2026 03:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'x-acs-retry-after': '250' }, 250],
    // The vendor's own header is the finer one.
    [{ 'x-acs-retry-after': '250', 'retry-after': '1' }, 250],
    [{}, undefined],
  ])('reads %o', (headers, ms) => {
    expect(readRetryAfterMs(new Headers(Object.entries(headers)), NOW)).toBe(ms);
  });
});

describe('readFailure', () => {
  it('names the operation, the region, the code and the status', () => {
    const error = failureOf(400, '{"Code":"Throttling.User","RequestId":"7B-1"}', { 'retry-after': '3' });

    expect(error.message).toBe('listPipelineRunsStatus failed in cn-hangzhou: Throttling.User (HTTP 400)');
    expect(error).toMatchObject({
      name: 'PaiflowError',
      kind: 'throttled',
      operation: 'ListPipelineRunsStatus',
      region: 'cn-hangzhou',
      status: 400,
      code: 'Throttling.User',
      requestId: '7B-1',
      retryAfterMs: 3000,
    });
  });

  it('names the kind where PAI gives no code', () => {
    expect(failureOf(502, '<html>').message).toBe(
      'listPipelineRunsStatus failed in cn-hangzhou: unavailable (HTTP 502)',
    );
  });

  it('takes the request id from the header if the body has none', () => {
    expect(failureOf(500, '', { 'x-acs-request-id': '7B-2' }).requestId).toBe('7B-2');
  });
});
