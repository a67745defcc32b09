import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskLine, maskSecrets } from '../../../src/domain/log/mask.ts';
import { mayHoldSecret } from '../../../src/domain/log/secret-sign.ts';

const ID = 'LTAI5tQn8rZkXw3VbYc2Pd7M';
const KEY = 'h3Kd9sLq2WmZx7Vb4Nc8Rt5Yp1Gf6J';
const STS = 'STS.NUgYrLnoC37mZZTfSyJwWkQx2';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

describe('maskSecrets hides', () => {
  it.each<[text: string, masked: string]>([
    [`using key ${ID}`, 'using key •••'],
    [`id_${ID}`, 'id_•••'],
    [`assumed role ${STS}`, 'assumed role •••'],
    ['login with TMP.3KdxA9vLm2QzR7tY', 'login with •••'],
    [`ak/sk ${ID}:${KEY}`, 'ak/sk •••:•••'],
    [`odpscmd -u ${ID} -p ${KEY}`, 'odpscmd -u ••• -p •••'],
    ['Authorization: Bearer abc', 'Authorization: Bearer •••'],
    ["{'Authorization': 'Basic dXNlcjpwdw=='}", "{'Authorization': '•••'}"],
    [`Authorization: OSS ${ID}:c2lnbmF0dXJl=`, 'Authorization: OSS •••'],
    ['authorization=Basic dXNlcjpwdw==', 'authorization=Basic •••'],
    ['Bearer password="hunter2"', 'Bearer •••"•••"'],
    ['authorization: 9f8e7d6c5b4a', 'authorization: •••'],
    ['curl -H "X: Bearer x"', 'curl -H "X: Bearer •••"'],
    [`got ${JWT}`, 'got •••'],
    ['https://logview.aliyun.com/?p=ctr&token=YWJj&x=1', 'https://logview.aliyun.com/?p=ctr&token=•••&x=1'],
    ['https://logview.aliyun.com/?Token=YWJjZGVm', 'https://logview.aliyun.com/?Token=•••'],
    ['next=https%3A%2F%2Fx%3FToken%3DYWJj', 'next=https%3A%2F%2Fx%3FToken%3D•••'],
    ['next=https%253A%252F%252Fx%253Ftoken%253dYWJj', 'next=https%253A%252F%252Fx%253Ftoken%253d•••'],
    [
      'https://b.oss.com/m?Expires=17&OSSAccessKeyId=LTAI4x&Signature=ab%2Bc&security-token=CAIS1',
      'https://b.oss.com/m?Expires=17&OSSAccessKeyId=•••&Signature=•••&security-token=•••',
    ],
    [
      'GET /x?x-oss-security-token=CAIS&x-oss-signature=0a1b',
      'GET /x?x-oss-security-token=•••&x-oss-signature=•••',
    ],
    ['?X-Amz-Credential=AKIA/2026&X-Amz-Signature=0a1b', '?X-Amz-Credential=•••&X-Amz-Signature=•••'],
    ['x-oss-security-token:CAISabc123', 'x-oss-security-token:•••'],
    [`access_key_id = ${ID}`, 'access_key_id = •••'],
    ['access_key_secret: "abc"', 'access_key_secret: "•••"'],
    ['AccessKeySecret=abc', 'AccessKeySecret=•••'],
    ['fs.oss.accessKeySecret=abc', 'fs.oss.accessKeySecret=•••'],
    ['odps.access.key=abc', 'odps.access.key=•••'],
    ['export ALIBABA_CLOUD_ACCESS_KEY_SECRET=abc', 'export ALIBABA_CLOUD_ACCESS_KEY_SECRET=•••'],
    ['{"AccessKeySecret":"abc","Region":"cn"}', '{"AccessKeySecret":"•••","Region":"cn"}'],
    ['"{\\"AccessKeySecret\\":\\"abc\\",\\"a\\":1}"', '"{\\"AccessKeySecret\\":\\"•••\\",\\"a\\":1}"'],
    ['\\\\\\"token\\\\\\":\\\\\\"abc\\\\\\",', '\\\\\\"token\\\\\\":\\\\\\"•••\\\\\\",'],
    ['{"password": "a\\"b"} left', '{"password": "•••"} left'],
    ["{'api_key': b'abc'}", "{'api_key': b'•••'}"],
    ['os.environ["HF_TOKEN"]="abc"', 'os.environ["HF_TOKEN"]="•••"'],
    ['HF_TOKEN=abc', 'HF_TOKEN=•••'],
    ['apiKey: 1234-abcd-5678', 'apiKey: •••'],
    ['password=hunter2', 'password=•••'],
    ['password: hunter', 'password: •••'],
    ['passwd = 12345', 'passwd = •••'],
    ['jdbc:mysql://h/db?user=ann&password=p,w;d', 'jdbc:mysql://h/db?user=ann&password=•••'],
    ['Server=h;Uid=ann;Pwd=p@s;Database=ctr', 'Server=h;Uid=ann;Pwd=•••;Database=ctr'],
    ['Config(password=abc, lr=0.1)', 'Config(password=•••, lr=0.1)'],
    ['secret=abc', 'secret=•••'],
    ['<AccessKeySecret>abc</AccessKeySecret>', '<AccessKeySecret>•••</AccessKeySecret>'],
    ['train.py --db-password hunter2 --lr 0.1', 'train.py --db-password ••• --lr 0.1'],
    ['train.py --api-key=abc --lr 0.1', 'train.py --api-key=••• --lr 0.1'],
    ['mysql://user:pw@host/db', 'mysql://user:•••@host/db'],
    ['redis://:p@ss@host:6379', 'redis://:•••@host:6379'],
    ['"mysql:\\/\\/user:pw@host"', '"mysql:\\/\\/user:•••@host"'],
    [`xoxb-1234567890-abcDEF xapp-1-A012-abcdef`, '••• •••'],
    [`hf_${'aB3'.repeat(10)} ghp_${'aB3'.repeat(12)}`, '••• •••'],
    ['password:\t\thunter2Zq9', 'password:\t\t•••'],
    ['password\t\t=\thunter2Zq9', 'password\t\t=\t•••'],
    ['train.py --password\t\thunter2Zq9', 'train.py --password\t\t•••'],
    [`AccessKeySecret     : ${KEY}`, 'AccessKeySecret     : •••'],
    [`AccessKeySecret${' '.repeat(40)}:\t${KEY}`, `AccessKeySecret${' '.repeat(40)}:\t•••`],
    ['password\u00a0=\u00a0hunter', 'password\u00a0=\u00a0•••'],
    ['password\u3000：\u3000hunter2Zq9', 'password\u3000：\u3000•••'],
    ['Authorization:\t\t\t\tOSS\t\tabc', 'Authorization:\t\t\t\tOSS\t\t•••'],
    ['Bearer\t\t\t\tabc', 'Bearer\t\t\t\t•••'],
    [`${ID}${' '.repeat(20)}${KEY}`, `•••${' '.repeat(20)}•••`],
    [`${ID}\n${KEY}`, '•••\n•••'],
    [`${ID} ${KEY} ${ID} ${KEY}`, '••• ••• ••• •••'],
    [`ak=${ID} sk=${KEY}`, 'ak=••• sk=•••'],
    [`ak=${ID}, region=cn-shanghai, sk=${KEY}`, 'ak=•••, region=cn-shanghai, sk=•••'],
    [`sk: '${KEY}'`, "sk: '•••'"],
    [`login ${ID} in cn-shanghai with ${KEY}`, 'login ••• in cn-shanghai with •••'],
    ['mysql -uroot -phunter2Secret ctr', 'mysql -uroot -p••• ctr'],
    ["mysqldump -p'a;b' ctr | gzip", "mysqldump -p'•••' ctr | gzip"],
    ['mysql -p"hunter 2" ctr', 'mysql -p"•••" ctr'],
    ['curl -u bob:hunter2 https://h/x', 'curl -u bob:••• https://h/x'],
    ['curl -s --user "bob:hunter 2" https://h', 'curl -s --user "bob:•••" https://h'],
    ['docker login -u bob -p hunter registry', 'docker login -u bob -p ••• registry'],
    ['sshpass -phunter ssh h', 'sshpass -p••• ssh h'],
    ['user=bob pass=hunter', 'user=bob pass=•••'],
    ['pass: hunter2Zq9', 'pass: •••'],
    ['{"pass": "hunter"}', '{"pass": "•••"}'],
    ['credentials: hunter2Zq9', 'credentials: •••'],
    [`credentials=${KEY}`, 'credentials=•••'],
    [`spark.hadoop.fs.oss.accessKeySecret   ${KEY}`, 'spark.hadoop.fs.oss.accessKeySecret   •••'],
    [`conf.set('fs.oss.accessKeySecret', '${KEY}')`, "conf.set('fs.oss.accessKeySecret', '•••')"],
    ['put("db.password","hunter2Zq9")', 'put("db.password","•••")'],
    ['Cookie: sid=abc; theme="a b"; x=1', 'Cookie: •••'],
    ['Set-Cookie: sid=abc; Path=/; HttpOnly', 'Set-Cookie: •••'],
    ['{"cookie": "sid=abc", "a": 1}', '{"cookie": "•••", "a": 1}'],
    ['"access_id": "abc", access_id=abc', '"access_id": "•••", access_id=•••'],
    ['密码：hunter2，用户：bob', '密码：•••，用户：bob'],
    ['口令: hunter', '口令: •••'],
    ['密钥 = hunter', '密钥 = •••'],
    ['"令牌": "hunter"', '"令牌": "•••"'],
    [`npm_${'aB3'.repeat(12)}`, '•••'],
    [`dapi${'0a1b'.repeat(8)}`, '•••'],
    [`AIza${'aB-_3'.repeat(7)}`, '•••'],
    [`ghp_${'aB3'.repeat(12)}`, '•••'],
    [`hf_${'aB3'.repeat(12)}`, '•••'],
    [`github_pat_${'aB3'.repeat(12)}`, '•••'],
    [`AKIA${'AB3D'.repeat(4)}`, '•••'],
    [`sk-proj-${'aB3'.repeat(12)}`, '•••'],
    [`CAIS${'aB3'.repeat(20)}`, '•••'],
    ['xapp-1-A012-abcdef', '•••'],
    ['xoxb-1234567890', '•••'],
    ['docker login -p hunter', 'docker login -p •••'],
    [`glpat-${'aB3_'.repeat(5)}`, '•••'],
    ['password="cut off at the end of the li', 'password="•••'],
    [
      `key='-----BEGIN PRIVATE KEY-----\\n${BODY}\\n-----END PRIVATE KEY-----'`,
      "key='-----BEGIN PRIVATE KEY-----•••-----END PRIVATE KEY-----'",
    ],
    [
      `-----BEGIN RSA PRIVATE KEY-----\n${BODY}\nAbC=\n-----END RSA PRIVATE KEY-----\nDone`,
      '-----BEGIN RSA PRIVATE KEY-----\n•••\n•••\n-----END RSA PRIVATE KEY-----\nDone',
    ],
    [`${BODY}\nAbC=\n-----END PRIVATE KEY-----`, '•••\n•••\n-----END PRIVATE KEY-----'],
    [`-----BEGIN PRIVATE KEY-----\n${BODY}\nDone`, '-----BEGIN PRIVATE KEY-----\n•••\nDone'],
  ])('%j as %j', (text, masked) => {
    expect(maskSecrets(text).text).toBe(masked);
  });

  it('counts what it hid: a key of several lines once, what was hidden before not at all', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${BODY}\n${BODY}\n-----END PRIVATE KEY-----`;

    expect(maskSecrets(`${ID} password=a token=•••\n${key}`).hidden).toBe(3);
    expect(maskSecrets('nothing here').hidden).toBe(0);
  });
});

describe('maskSecrets reads signs that JSON escapes', () => {
  it.each<[text: string, masked: string]>([
    [
      String.raw`{"msg":"GET https://b.oss.com/o?Expires\u003d1\u0026Signature\u003dabCdef1234567 failed, password\u003dhunter22"}`,
      '{"msg":"GET https://b.oss.com/o?Expires=1&Signature=••• failed, password=•••"}',
    ],
    [String.raw`{"msg":"pass\u0077ord=hunter22"}`, '{"msg":"password=•••"}'],
    [String.raw`{"msg":"password\t=\thunter22"}`, String.raw`{"msg":"password\t=\t•••"}`],
    [String.raw`{"msg":"password\u0009=\u0009hunter22"}`, String.raw`{"msg":"password\t=\t•••"}`],
    [String.raw`"{\"msg\":\"password\\u003Dhunter22\"}"`, String.raw`"{\"msg\":\"password=•••\"}"`],
    [String.raw`{"msg":"\u5bc6\u7801\uff1ahunter22"}`, '{"msg":"密码：•••"}'],
    [String.raw`password\u003ahunter22`, 'password:•••'],
    [String.raw`{"msg":"token\u003d\u0022ab cd\u0022 left"}`, String.raw`{"msg":"token=\"•••\" left"}`],
    [String.raw`{"msg":"password=\u0027ab cd\u0027 left"}`, `{"msg":"password='•••' left"}`],
    [String.raw`password=hunter\u003d22`, 'password=•••'],
    [String.raw`a?x=1\u0026sig\u003d0a1b2c`, 'a?x=1&sig=•••'],
    [
      String.raw`\u003cAccessKeySecret\u003eabc\u003c/AccessKeySecret\u003e`,
      '<AccessKeySecret>•••</AccessKeySecret>',
    ],
    [String.raw`mysql://user\u003apw\u0040host/db`, 'mysql://user:•••@host/db'],
    [String.raw`{"msg":"keys:\n${ID}\tdone"}`, String.raw`{"msg":"keys:\n•••\tdone"}`],
    [String.raw`{"msg":"Cookie: sid\u003dabc\nHost: h"}`, String.raw`{"msg":"Cookie: •••\nHost: h"}`],
    [String.raw`C:\\temp\new\run password\u003dhunter22`, String.raw`C:\\temp\new\run password=•••`],
  ])('%j as %j', (text, masked) => {
    expect(maskSecrets(text).text).toBe(masked);
  });

  it.each([
    String.raw`{"msg":"loss\u003d0.2 \u0026 auc\u003d0.9 in C:\temp\new"}`,
    String.raw`{"msg":"token_count\u003d512, password\u003dNone"}`,
    String.raw`{"msg":"wrong password:\nTable not found"}`,
    String.raw`\u005cu003d \u003 \u`,
  ])('%j as it is', (text) => {
    expect(maskSecrets(text)).toEqual({ text, hidden: 0 });
  });
});

describe('maskSecrets leaves', () => {
  it.each([
    'run flow-abc123def456 node node-k1l2m3n4o5',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'HEAD is now at 9a4f6dd0c1a96327bcd5942c84f18ca726ebf00',
    'RequestId 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E',
    'reads ctr_prod.user_stat_d and TMP.user_stat_daily and STS.a',
    'token_count=512',
    'tokens: 2048',
    'max_tokens=4096',
    'max_new_token=4096',
    'tokenizer=bert-base-chinese',
    'eos_token_id: 50256',
    "pad_token='[PAD]' eos_token='</s>' bos_token=<s>",
    'unknown token: embedding',
    'vit.cls_token: torch.Size([1, 1, 768])',
    'password is wrong',
    'password: authentication of bob failed',
    'Signature: mismatch',
    'SignatureDoesNotMatch: check the key and signing method',
    'SignatureNonce=15215528852396',
    'bearer authentication is required, Bearer token missing',
    'Authorization: required',
    'secretName: regcred',
    'password=None, token=null, secret=',
    'password=$DB_PASSWORD token=$(cat t)',
    'PWD=/root/work',
    'http://host:8080/path and ops@example.com',
    'oss://bucket/path/a@b',
    'eyJ is how base64 of JSON begins',
    'Expecting: -----BEGIN PRIVATE KEY-----',
    '-----BEGIN CERTIFICATE-----',
    'loss: 0.214 - auc: 0.912 - secret sauce',
    'sk-learn 1.5 and scikit-learn-intelex-for-everybody',
    'train.py --token-limit 512 --password-file /etc/pw',
    'task=feature_join_with_a_long_name1 disk=cloud_essd_performance_2 risk=0.3',
    'sk=0.3, ak: north, sk = sklearn',
    'flow-abc123 at 9f86d081884c7d659a2feaa0c55ad0 has no id beside it',
    `pass 2 of 3, passed: 12, pass: true, pass=3 fail=0, pass=ok`,
    'forward pass: 12.5ms backward pass: loss=0.1234, bypass=hunter2Zq9',
    'pass: all tests of suite2024 done',
    'ssh -p 8080 host; docker run -p8080:80 x; train.py -plots',
    'mysql -p ctr, mysql -P3306 -p$PW; mysql; train.py -pool',
    'curl -u, curl -u bob https://h:8080/x, curl -u bob:$PW; cp -u a:b',
    'cookie cutter, cookie: required, Set-Cookie: missing, a cookie: it is',
    'passwd: all authentication tokens updated successfully',
    'credentials: missing, GOOGLE_APPLICATION_CREDENTIALS=/etc/keys/sa.json',
    'accessKeySecret is not set, password must be changed, access key node1',
    "columns=['password', 'created_at', 'user_id']",
    'no access id, access_idle=3',
    '密码错误，密码：错误，密码: 不正确，口令已过期',
    'npm_config_cache=/root/.npm npm_package_name dapi_server AIzawa',
  ])('%j as it is', (text) => {
    expect(maskSecrets(text)).toEqual({ text, hidden: 0 });
  });
});

const piece = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    ...[
      ID,
      KEY,
      STS,
      JWT,
      BODY,
      'token',
      'password',
      'Signature',
      'AccessKeySecret',
      'Authorization',
      'Bearer ',
    ],
    ...[
      '=',
      ': ',
      ':',
      '"',
      "'",
      '\\"',
      '://',
      '@',
      '&',
      ',',
      ' ',
      '\n',
      '•••',
      '%3D',
      '--',
      '>',
      '</',
      ';',
      'a',
      '\t',
      '\u3000',
    ],
    ...[
      'ak',
      'sk',
      'pass',
      'mysql ',
      'curl ',
      'docker login ',
      ' -p',
      ' -u bob:',
      'Cookie',
      'sid=abc',
      'access_id',
      '密码',
      '：',
      'npm_',
      'hunter2Zq9',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      'None',
      'is',
      'STS.abcdefgh',
      'OSS ',
      '{',
      '}',
    ],
    ...[
      String.raw`\u003d`,
      String.raw`\u003A`,
      String.raw`\\u0026`,
      String.raw`\u0022`,
      String.raw`\u0027`,
      String.raw`\u003e`,
      String.raw`\u0077`,
      String.raw`\t`,
      String.raw`\\n`,
      String.raw`\r`,
      '\\',
      String.raw`pass\u0077ord`,
      String.raw`\u0074oken`,
      String.raw`\u0040`,
    ],
  ),
);
const hostile = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

describe('maskSecrets on anything', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = maskSecrets(text).text;

        expect(maskSecrets(once)).toEqual({ text: once, hidden: 0 });
      }),
      { numRuns: 2000 },
    );
  });

  it('passes over no line that a closer look would change', () => {
    const line = hostile.map((text) => text.replaceAll('\n', ' '));

    fc.assert(
      fc.property(line, fc.boolean(), (text, isUpper) => {
        const given = isUpper ? text.toUpperCase() : text;

        if (!mayHoldSecret(given)) expect(maskLine(given)).toEqual({ text: given, hidden: 0 });
      }),
      { numRuns: 5000 },
    );
  });

  it('finds as much in many lines as in each one', () => {
    const line = hostile.map((text) => text.replaceAll(/\n|-----/g, ' '));

    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
        // An id at the end of a line tells what the next one begins with, so a line of words goes between.
        const apart = lines.flatMap((text) => [text, 'and then']);

        expect(maskSecrets(apart.join('\n')).text.split('\n')).toEqual(
          apart.map((text) => maskSecrets(text).text),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(maskSecrets(text).text.split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  it('hides a key wherever it stands behind a name', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('=', '="', ':', ': "'), (text, separator) => {
        const lines = maskSecrets(`${text}\nAccessKeySecret${separator}${KEY}`).text.split('\n');

        expect(lines.at(-1)).not.toContain(KEY);
      }),
    );
  });

  it.each([
    ...[
      'a',
      '=',
      'eyJ',
      '://',
      '://a:',
      ':',
      'token=',
      'token:',
      '"token":"',
      'Bearer ',
      'LTAI',
      'STS.a',
      '--',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----\n',
      'A\n',
      ' ',
      '\n',
      '\\',
      'token=,',
      '@',
      'password ',
      'password\t',
      'password", "',
      'mysql ',
      'mysql "',
      'curl -u a:',
      'Cookie: a="',
      'Cookie: a=b ',
      '--password ',
      'sk=',
      '密码：',
      `${ID} `,
      '\\t',
      '\\u003d',
      '\\u0022',
      'token\\u003d',
      'password\\t',
      'token\\u003d\\u0022',
      'Cookie: a\\u003db\\n',
    ],
  ])('answers for a megabyte of %j', (unit) => {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));

    expect(maskSecrets(text).hidden).toBeGreaterThanOrEqual(0);
  });
});
