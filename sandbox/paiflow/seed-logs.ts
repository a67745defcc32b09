/** How a step ends whose MaxCompute table is missing; the token in its Logview link is a secret of the invented company. */
const LOGVIEW = [
  'http://logview.odps.aliyun.com/logview/?h=http://service.cn-hangzhou.maxcompute.aliyun.com/api',
  'p=ctr_prod&i=20261123180412345gq8v1k2m',
  'token=c2FuZGJveC1sb2d2aWV3LXRva2VuLWRvLW5vdC1zaG93',
].join('&');

/** A MaxCompute SQL step that fails on a table nobody made today. */
export const TABLE_NOT_FOUND = [
  '2026-11-23 18:04:11,902 INFO  [launcher] node feature_join, component sql-1, MaxCompute project ctr_prod',
  '2026-11-23 18:04:12,010 INFO  [sql] select u.user_id, u.clicks_7d, i.category from ctr_prod.user_stat_d u join ctr_prod.item_d i',
  '2026-11-23 18:04:12,345 INFO  [sql] ID = 20261123180412345gq8v1k2m',
  'Log view:',
  LOGVIEW,
  '2026-11-23 18:04:14,871 WARN  [sql] retrying the compilation once',
  'FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d cannot be resolved',
  '2026-11-23 18:04:15,120 INFO  [launcher] step ended with exit code 1',
] as const;

/** A training step that dies with a Python exception. */
export const PYTHON_TRACEBACK = [
  '2026-11-21 02:31:08,114 INFO trainer: epoch 3/10, auc=0.8871, logloss=0.2310',
  '2026-11-21 02:38:55,902 INFO trainer: epoch 4/10, auc=0.8923, logloss=0.2264',
  'Traceback (most recent call last):',
  '  File "/ml/train.py", line 214, in <module>',
  '    main(parse_args())',
  '  File "/ml/train.py", line 187, in main',
  '    batch = next(batches)',
  '  File "/ml/reader.py", line 96, in __next__',
  '    return self._decode(row)',
  '  File "/ml/reader.py", line 131, in _decode',
  '    weights = [float(part) for part in row["clicks_7d"].split(",")]',
  "ValueError: could not convert string to float: '\\\\N'",
  '2026-11-21 02:39:02,077 INFO launcher: worker 0 ended with exit code 1',
] as const;

/** A step that ran long and was killed: 1,204 lines, made when they are read. */
export const OUT_OF_MEMORY = {
  lines: 1204,
  last: [
    '2026-11-22 18:19:41,007 WARN  [join] spilling 6.1 GB to disk',
    '2026-11-22 18:19:58,662 ERROR [executor] Container killed by the resource manager: OOMKilled, memory limit 16 GB',
    '2026-11-22 18:19:59,004 INFO  [launcher] step ended with exit code 137',
  ],
};

/** A step that is at work, on its second attempt; if somebody lets it fail, this tells why. */
export const JOINING = [
  '2026-11-23 18:44:02,310 INFO  [launcher] node feature_join, component sql-1, MaxCompute project ctr_prod',
  '2026-11-23 18:44:03,018 INFO  [sql] reading ctr_prod.user_stat_d',
  'FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d cannot be resolved',
  '2026-11-23 18:51:40,553 INFO  [launcher] attempt 2 of 3',
] as const;

/** A copy from a place that answers slowly; the signed link carries two secrets of the invented company. */
export const COPYING = [
  'copying geo/cells.parquet',
  'source https://geo-sg.oss-ap-southeast-1.aliyuncs.com/cells.parquet?OSSAccessKeyId=SANDBOXKEYSANDBOX&Signature=c2FuZGJveC1zaWduYXR1cmU',
  '1,204,331 rows copied',
] as const;
