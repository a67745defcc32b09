import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/domain/target.ts';
import { parseIsoTime } from '../../src/paiflow/iso-time.ts';
import { parseJsonText } from '../../src/paiflow/json-text.ts';
import {
  parseNodeLogs,
  parseNodeOutputs,
  parseNodeStatus,
  parseRun,
  parseRunPage,
  parseRunsStatus,
} from '../../src/paiflow/schema.ts';

const RUN_ID = 'flow-hynm2bv8wqhp5esfxq' as RunId;
const RUN = {
  PipelineRunId: RUN_ID,
  Status: 'Running',
  Name: 'myName',
  UserId: '1557702098194904',
  ParentUserId: '1557702098194904',
  NodeId: 'node-hynm2bv8wqhp5esfx1',
  SourceId: 'lmi7d24h3kr0xczjlu',
  IsDeleted: false,
};
const NODE = {
  PipelineRunId: RUN_ID,
  NodeId: 'node-hynm2bv8wqhp5esfx1',
  NodeName: 'dataSource',
  Status: 'Succeeded',
  InputArtifactArchived: true,
  OutputArtifactArchived: false,
  StartedAt: '2021-01-21T17:12:35.232Z',
  FinishedAt: '2021-01-21T17:12:38Z',
};

function parseStatus(answer: unknown) {
  return parseRunsStatus(JSON.stringify(answer), 'cn-hangzhou');
}

describe('parseRunsStatus', () => {
  it('reads every field of a run', () => {
    expect(parseStatus({ RequestId: '7B-1', PipelineRuns: [RUN] })).toEqual({
      requestId: '7B-1',
      runs: [
        {
          region: 'cn-hangzhou',
          runId: RUN_ID,
          status: { phase: 'running', said: 'Running' },
          name: 'myName',
          userId: '1557702098194904',
          parentUserId: '1557702098194904',
          rootNodeId: 'node-hynm2bv8wqhp5esfx1',
          sourceId: 'lmi7d24h3kr0xczjlu',
          isDeleted: false,
        },
      ],
      nodes: [],
      outputs: [],
    });
  });

  it('reads every field of a node', () => {
    expect(parseStatus({ Nodes: [{ ...NODE, RuntimeInfo: '{"DLC_INSTANCE_IDS":"dlc1"}' }] })?.nodes).toEqual([
      {
        runId: RUN_ID,
        nodeId: 'node-hynm2bv8wqhp5esfx1',
        name: 'dataSource',
        status: { phase: 'succeeded', said: 'Succeeded' },
        inputsArchived: true,
        outputsArchived: false,
        startedAt: new Date('2021-01-21T17:12:35.232Z'),
        finishedAt: new Date('2021-01-21T17:12:38Z'),
        runtimeInfo: { DLC_INSTANCE_IDS: 'dlc1' },
      },
    ]);
  });

  it('reads every field of an output, trims its ids and decodes its value', () => {
    const output = {
      Name: 'model_1',
      Id: 'artifact-ty1x',
      Type: 'Model',
      Metadata: { type: 'x' },
      Value: '{"location":{"project":"p"},"UserId":301557702098194904}',
      GmtCreateTime: '2021-01-21T17:12:35Z',
      Producer: 'id-3d25-77856',
      NodeId: 'node-hynm2bv8wqhp5esfx1\n',
      PipelineRunId: `${RUN_ID}\n`,
      ExpandedArtifactIndex: 0,
      ExpandableArtifactName: 'inputArtifact',
    };

    expect(parseStatus({ Outputs: [output, { ...output, Value: 'plain text' }] })?.outputs).toEqual([
      {
        id: 'artifact-ty1x',
        name: 'model_1',
        type: 'Model',
        metadata: { type: 'x' },
        value: { location: { project: 'p' }, UserId: '301557702098194904' },
        createdAt: new Date('2021-01-21T17:12:35Z'),
        producer: 'id-3d25-77856',
        nodeId: 'node-hynm2bv8wqhp5esfx1',
        runId: RUN_ID,
        expandedArtifactIndex: 0,
        expandableArtifactName: 'inputArtifact',
      },
      expect.objectContaining({ value: 'plain text' }),
    ]);
  });

  it('keeps the word of a status nobody has seen yet', () => {
    expect(parseStatus({ PipelineRuns: [{ ...RUN, Status: ' Hibernating ' }] })?.runs[0]?.status).toEqual({
      phase: 'unknown',
      said: 'Hibernating',
    });
  });

  it.each([
    ['missing', {}],
    ['null', { StartedAt: null }],
    ['empty', { StartedAt: '' }],
    ['unreadable', { StartedAt: 'yesterday' }],
    ['a number', { StartedAt: 5 }],
  ])('leaves a time out that is %s', (_, time) => {
    const { StartedAt, ...node } = NODE;

    expect(parseStatus({ Nodes: [{ ...node, ...time }] })?.nodes[0]?.startedAt).toBeUndefined();
    expect(StartedAt).toBe(NODE.StartedAt);
  });

  it.each([
    ['without an id', { ...RUN, PipelineRunId: undefined }],
    ['with an id of another shape', { ...RUN, PipelineRunId: 'run-rbvg5wzljzjhc9ks92' }],
    ['with an id that carries more', { ...RUN, PipelineRunId: `${RUN_ID}/../x` }],
    ['that is no object', 'flow-hynm2bv8wqhp5esfxq'],
    ['that is null', null],
  ])('drops a row %s and keeps the others', (_, row) => {
    expect(parseStatus({ PipelineRuns: [row, RUN] })?.runs).toHaveLength(1);
  });

  it.each([undefined, null, '', ' ', 5])(
    'keeps a run and a node whose status is %j, as unknown',
    (Status) => {
      const answer = parseStatus({ PipelineRuns: [{ ...RUN, Status }], Nodes: [{ ...NODE, Status }] });

      expect([...(answer?.runs ?? []), ...(answer?.nodes ?? [])]).toEqual([
        expect.objectContaining({ runId: RUN_ID, status: { phase: 'unknown', said: 'Unknown' } }),
        expect.objectContaining({ nodeId: NODE.NodeId, status: { phase: 'unknown', said: 'Unknown' } }),
      ]);
    },
  );

  it.each(['PipelineRuns', 'Nodes', 'Outputs'])('takes an empty list of %s for an answer', (list) => {
    expect(parseStatus({ [list]: [] })).toMatchObject({ runs: [], nodes: [], outputs: [] });
  });

  it('takes an answer without lists for one that knows nothing', () => {
    expect(parseStatus({ RequestId: '7B-1', PipelineRuns: null })).toEqual({
      requestId: '7B-1',
      runs: [],
      nodes: [],
      outputs: [],
    });
  });

  it.each([
    ['an HTML page', '<html>sign in</html>'],
    ['cut off', '{"PipelineRuns":[{"PipelineRunId":"flow-'],
    ['empty', ''],
    ['a list', '[]'],
    ['a text', '"ok"'],
    ['null', 'null'],
    ['an object of nothing', '{}'],
    ['an object of something else', '{"success":false}'],
    ['a status of its own', '{"Status":"OK"}'],
    ['an object with empty fields only', '{"RequestId":"","PipelineRuns":null}'],
    ['an object with a list of another type', '{"PipelineRuns":{"a":1}}'],
    ['a failure that calls itself a success', '{"Code":"Throttling.User","Message":"slow down"}'],
  ])('gives nothing for an answer that is %s', (_, text) => {
    expect(parseRunsStatus(text, 'cn-hangzhou')).toBeUndefined();
  });

  it('takes any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseRunsStatus(`{"PipelineRuns":[${text}],"Nodes":[${text}],"Outputs":[${text}]}`, 'cn-hangzhou');
      }),
    );
  });
});

describe('parseRun', () => {
  const details = {
    ...RUN,
    WorkspaceId: 94801,
    PipelineId: 'pipeline-1',
    SourceType: 'DESIGNER',
    Accessibility: 'PUBLIC',
    StartedAt: '2021-01-21T17:12:35.232Z',
    FinishedAt: '',
    GmtCreateTime: '2021-01-21T17:12:30.000Z',
    GmtModifiedTime: '2021-01-21T17:12:36.000Z',
    Duration: 61,
    Message: 'exit code 1',
    PipelineRunUri: 'https://pai.console.aliyun.com/x',
  };

  it('reads what the batch call does not tell', () => {
    expect(parseRun(JSON.stringify(details), 'cn-hangzhou', RUN_ID)).toEqual({
      ...parseStatus({ PipelineRuns: [RUN] })?.runs[0],
      workspaceId: '94801',
      pipelineId: 'pipeline-1',
      sourceType: 'DESIGNER',
      accessibility: 'PUBLIC',
      startedAt: new Date('2021-01-21T17:12:35.232Z'),
      createdAt: new Date('2021-01-21T17:12:30.000Z'),
      modifiedAt: new Date('2021-01-21T17:12:36.000Z'),
      durationSeconds: 61,
      message: 'exit code 1',
      consoleUrl: 'https://pai.console.aliyun.com/x',
    });
  });

  it('gives nothing for the answer about another run', () => {
    expect(parseRun(JSON.stringify(details), 'cn-hangzhou', 'flow-another0000' as RunId)).toBeUndefined();
  });
});

describe('parseNodeStatus', () => {
  it('reads nodes and adds the run they belong to', () => {
    const { PipelineRunId, ...row } = NODE;
    const text = JSON.stringify({
      Status: [{ ...row, RuntimeInfo: '{}' }, { NodeName: 'without an id' }],
    });

    expect(parseNodeStatus(text, RUN_ID)).toEqual([
      expect.objectContaining({ runId: PipelineRunId, name: 'dataSource', runtimeInfo: {} }),
    ]);
  });

  it.each(['{"Status":"Running"}', '{}', '{"success":false}'])('gives nothing for %s', (text) => {
    expect(parseNodeStatus(text, RUN_ID)).toBeUndefined();
  });
});

describe('parseRunPage', () => {
  function parsePage(answer: unknown) {
    return parseRunPage(JSON.stringify(answer), 'cn-hangzhou');
  }

  it('reads full runs in the order of PAI, a user id as a number among them', () => {
    const row = {
      ...RUN,
      UserId: 1557702098194904,
      WorkspaceId: '948',
      Duration: 61,
      Message: 'exit code 1',
      GmtCreateTime: '2021-01-30T12:51:33.028Z',
    };

    expect(parsePage({ RequestId: '7B-1', TotalCount: 12, PipelineRuns: [row, RUN] })).toEqual({
      totalCount: 12,
      runs: [
        expect.objectContaining({
          region: 'cn-hangzhou',
          userId: '1557702098194904',
          workspaceId: '948',
          durationSeconds: 61,
          message: 'exit code 1',
          createdAt: new Date('2021-01-30T12:51:33.028Z'),
        }),
        expect.objectContaining({ runId: RUN_ID, status: { phase: 'running', said: 'Running' } }),
      ],
    });
  });

  it('keeps the digits of a user id above 2^53', () => {
    const text = `{"TotalCount":1,"PipelineRuns":[{"PipelineRunId":"${RUN_ID}","UserId":301557702098194904}]}`;

    expect(parseRunPage(text, 'cn-hangzhou')?.runs[0]?.userId).toBe('301557702098194904');
  });

  it('drops a row that cannot be read and keeps the others', () => {
    expect(parsePage({ TotalCount: 3, PipelineRuns: [null, { Name: 'no id' }, RUN] })?.runs).toHaveLength(1);
  });

  it.each([
    ['the count PAI tells', 7, 7],
    ['a count in digits', '7', 7],
    ['the rows, where it is missing', undefined, 1],
    ['the rows, where it is null', null, 1],
    ['the rows, where it is lower', 0, 1],
    ['the rows, where it is a word', 'many', 1],
    ['the rows, where it is below nothing', -1, 1],
    ['the rows, where it is an object', {}, 1],
  ])('counts %s', (_, TotalCount, totalCount) => {
    expect(parsePage({ TotalCount, PipelineRuns: [RUN] })?.totalCount).toBe(totalCount);
  });

  it('counts the rows where the count is endless', () => {
    expect(parseRunPage('{"TotalCount":1e999,"PipelineRuns":[]}', 'cn-hangzhou')?.totalCount).toBe(0);
  });

  it.each([
    '{"PipelineRuns":{}}',
    '{"TotalCount":0}',
    '{}',
    '[]',
    'null',
    '<html>',
    '{"Code":"Throttling","PipelineRuns":[]}',
  ])('gives nothing for %s', (text) => {
    expect(parseRunPage(text, 'cn-hangzhou')).toBeUndefined();
  });

  it.each(['{"RequestId":"7B-1"}', '{"RequestId":"7B-1","PipelineRuns":null}'])(
    'takes %s for an empty page',
    (text) => {
      expect(parseRunPage(text, 'cn-hangzhou')).toEqual({ totalCount: 0, runs: [] });
    },
  );
});

describe('parseNodeLogs', () => {
  it('reads lines as they are', () => {
    const Logs = ['2021-01-21 17:12:35 INFO start', '', '  indented\n', '中文'];

    expect(parseNodeLogs(JSON.stringify({ TotalCount: 9, Logs }))).toEqual({ totalCount: 9, lines: Logs });
  });

  it('writes numbers and flags as text and leaves out what is no line', () => {
    expect(parseNodeLogs('{"Logs":["a",5,true,null,{"x":1},["b"]]}')?.lines).toEqual(['a', '5', 'true']);
  });

  it('reads an entry nested so deep that writing it out would throw', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    expect(parseNodeLogs(`{"Logs":[${deep},"a"]}`)?.lines).toEqual(['a']);
  });

  it('takes a request id alone for an empty log', () => {
    expect(parseNodeLogs('{"RequestId":"7B-1"}')).toEqual({ totalCount: 0, lines: [] });
  });

  it.each(['{"Logs":"text"}', '{"TotalCount":0}', '{}', '', '{"Code":"NoPermission","Logs":[]}'])(
    'gives nothing for %s',
    (text) => {
      expect(parseNodeLogs(text)).toBeUndefined();
    },
  );
});

describe('parseNodeOutputs', () => {
  const OUTPUT = {
    Name: 'model_1',
    Type: 'Model',
    GmtCreateTime: '2021-01-30T12:51:33.028Z',
    Id: 'artifact-ty1xwv',
    NodeId: 'node-hynm2bv8wqhp5esfx1',
    ExpandedArtifactIndex: 0,
    ExpandableArtifactName: 'inputArtifact',
    Producer: 'id-3d25-77856',
  };

  function parseOutput(row: unknown) {
    return parseNodeOutputs(JSON.stringify({ Outputs: [row] }), RUN_ID)?.outputs[0];
  }

  it('reads every field and adds the run they belong to', () => {
    const metadata = {
      type: { Model: { locationType: 'MaxComputeOfflineModel', modelType: 'OfflineModel' } },
    };
    const text = JSON.stringify({
      RequestId: '7B-1',
      TotalCount: 4,
      Outputs: [{ ...OUTPUT, Info: { metadata } }, { Name: 'without an id' }],
    });

    expect(parseNodeOutputs(text, RUN_ID)).toEqual({
      totalCount: 4,
      outputs: [
        {
          id: 'artifact-ty1xwv',
          name: 'model_1',
          type: 'Model',
          runId: RUN_ID,
          nodeId: 'node-hynm2bv8wqhp5esfx1',
          createdAt: new Date('2021-01-30T12:51:33.028Z'),
          producer: 'id-3d25-77856',
          value: { metadata },
          expandedArtifactIndex: 0,
          expandableArtifactName: 'inputArtifact',
        },
      ],
    });
  });

  it.each([
    ['an object', { auc: 0.8 }, { auc: 0.8 }],
    ['JSON in a string', '{"auc":0.8}', { auc: 0.8 }],
    ['an only value', { value: { auc: 0.8 } }, { auc: 0.8 }],
    ['JSON in an only value', { value: '{"auc":0.8}' }, { auc: 0.8 }],
    ['text in an only value', { value: 'plain' }, 'plain'],
    ['JSON in a value beside other keys', { value: '{"auc":0.8}', x: 1 }, { value: { auc: 0.8 }, x: 1 }],
    ['a list', [1], [1]],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['an only value that is null', { value: null }, undefined],
  ])('reads Info that is %s', (_, Info, value) => {
    expect(parseOutput({ ...OUTPUT, Info })?.value).toEqual(value);
  });

  it('prefers a Value, which the other operations use', () => {
    expect(parseOutput({ ...OUTPUT, Value: '{"auc":1}', Info: { auc: 0 } })?.value).toEqual({ auc: 1 });
  });

  it.each(['{"Outputs":{}}', '{"TotalCount":0}', '{}', '{"Code":200200004,"Outputs":[]}'])(
    'gives nothing for %s',
    (text) => {
      expect(parseNodeOutputs(text, RUN_ID)).toBeUndefined();
    },
  );
});

describe('parseJsonText', () => {
  it.each([
    ['{"UserId":301557702098194904}', { UserId: '301557702098194904' }],
    ['{"ParentUserId" : 301557702098194904 }', { ParentUserId: '301557702098194904' }],
    ['{"UserId":9007199254740993}', { UserId: '9007199254740993' }],
    ['{"UserId":1557702098194904}', { UserId: 1557702098194904 }],
    ['{"UserId":"301557702098194904"}', { UserId: '301557702098194904' }],
  ])('keeps the digits of %s', (text, value) => {
    expect(parseJsonText(text)).toEqual(value);
  });

  it('leaves every string as it is, whatever it quotes', () => {
    const shapes = fc.constantFrom(
      '"UserId":301557702098194904,',
      '\\"UserId":',
      '\\',
      '"',
      'UserId',
      '301557702098194904',
      ':',
      '}',
    );
    const texts = fc.array(fc.oneof(shapes, fc.string()), { maxLength: 8 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(texts, texts, fc.bigInt({ min: 10n ** 16n, max: 10n ** 20n }), (name, message, id) => {
        const text = `{"Name":${JSON.stringify(name)},"UserId": ${id},"Message":${JSON.stringify(message)}}`;

        expect(parseJsonText(text)).toEqual({ Name: name, UserId: String(id), Message: message });
      }),
      { numRuns: 400 },
    );
  });

  it('takes time in proportion to the length of a hostile text', () => {
    // A quadratic reader would need hours for it.
    const text = `{"Name":1${' '.repeat(2_000_000)},"UserId":${'1'.repeat(1_000_000)}x${'"UserId":1'.repeat(100_000)}`;

    expect(() => parseJsonText(text)).toThrow(SyntaxError);
  });
});

describe('parseIsoTime', () => {
  it('reads every time as Date.parse does', () => {
    const date = fc.date({
      min: new Date('1000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    const shapes = date.chain((each) =>
      fc.constantFrom(each.toISOString(), each.toISOString().replace(/\.\d+/, ''), each.toUTCString()),
    );
    const mangled = fc
      .tuple(shapes, fc.nat(23), fc.constantFrom(...'0123456789:-TZ. x'))
      .map(([text, at, mark]) => text.slice(0, at) + mark + text.slice(at + 1));

    fc.assert(
      fc.property(fc.oneof(shapes, mangled), (text) => {
        expect(parseIsoTime(text)).toBe(Date.parse(text));
      }),
      { numRuns: 5000 },
    );
  });
});
