import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findErrorLine, looksLikeError } from '../../../src/domain/log/error-line.ts';

/** The tail of a log as the lines of a string, and the part of it that is the cause. */
type Tail = readonly [name: string, cause: string, log: string];

const TAILS: readonly Tail[] = [
  [
    'a Python traceback',
    "KeyError: 'user_id'",
    `
2026-11-24 02:00:01,120 - train - INFO - reading ctr_prod.user_stat_d
2026-11-24 02:00:04,310 - train - INFO - 1204 rows
Traceback (most recent call last):
  File "/ml/train.py", line 88, in <module>
    main()
  File "/ml/train.py", line 42, in main
    ids = row["user_id"]
          ~~~^^^^^^^^^^^
KeyError: 'user_id'`,
  ],
  [
    'a traceback with an unusual exception',
    "oss2.exceptions.NoSuchKey: {'status': 404, 'Code': 'NoSuchKey'}",
    `
loading model
Traceback (most recent call last):
  File "load.py", line 3, in <module>
    bucket.get_object("m.pt")
  File "/usr/lib/python3.8/site-packages/oss2/api.py", line 500, in get_object
    resp = self.__do_object("GET", key)
oss2.exceptions.NoSuchKey: {'status': 404, 'Code': 'NoSuchKey'}
command terminated with exit code 1`,
  ],
  [
    'chained exceptions',
    'RuntimeError: cannot load features from ctr_prod',
    `
Traceback (most recent call last):
  File "a.py", line 2, in load
    return table[name]
KeyError: 'features'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    load("features")
  File "a.py", line 4, in load
    raise RuntimeError("cannot load features from ctr_prod") from error
RuntimeError: cannot load features from ctr_prod`,
  ],
  [
    'an exception raised anew by a mere wrapper',
    "ValueError: could not convert string to float: 'n/a'",
    `
Traceback (most recent call last):
  File "a.py", line 2, in parse
    return float(text)
ValueError: could not convert string to float: 'n/a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "run.py", line 9, in <module>
    step()
  File "run.py", line 6, in step
    raise RuntimeError("step failed")
RuntimeError: step failed
Job failed`,
  ],
  [
    'an exception group',
    "KeyError: 'user_id'",
    `
  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 9, in <module>
  |     asyncio.run(main())
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "g.py", line 4, in job
    |     row["user_id"]
    | KeyError: 'user_id'
    +------------------------------------`,
  ],
  [
    'a traceback that a logger printed',
    'ZeroDivisionError: division by zero',
    `
2026-11-24 02:00:01,120 ERROR [main] train.py:33 training crashed
Traceback (most recent call last):
  File "train.py", line 31, in main
    rate = hits / total
ZeroDivisionError: division by zero
2026-11-24 02:00:01,130 INFO [main] train.py:40 closing
2026-11-24 02:00:01,140 ERROR [main] train.py:41 job aborted`,
  ],
  [
    'a traceback with a prefix on each line',
    "AttributeError: 'NoneType' object has no attribute 'shape'",
    `
[rank0]: Traceback (most recent call last):
[rank0]:   File "/ml/train.py", line 12, in <module>
[rank0]:     main()
[rank0]:   File "/ml/train.py", line 8, in main
[rank0]:     print(batch.shape)
[rank0]: AttributeError: 'NoneType' object has no attribute 'shape'
[rank0]:[W1124 02:00:01.123456 ProcessGroupNCCL.cpp:1250] Warning: destroy_process_group() was not called`,
  ],
  [
    'a traceback with time stamps on each line',
    "FileNotFoundError: [Errno 2] No such file or directory: '/mnt/data/x.csv'",
    `
2026-11-24T02:00:01.120Z stderr F Traceback (most recent call last):
2026-11-24T02:00:01.121Z stderr F   File "a.py", line 1, in <module>
2026-11-24T02:00:01.122Z stderr F     open("/mnt/data/x.csv")
2026-11-24T02:00:01.123Z stderr F FileNotFoundError: [Errno 2] No such file or directory: '/mnt/data/x.csv'
2026-11-24T02:00:01.124Z stdout F bye`,
  ],
  [
    'a traceback whose beginning was cut off',
    "ModuleNotFoundError: No module named 'torch'",
    `
    return _bootstrap._gcd_import(name[level:], package, level)
  File "/ml/model.py", line 1, in <module>
    import torch
ModuleNotFoundError: No module named 'torch'
E1124 02:00:01.1 12 api.py:833] failed (exitcode: 1) local_rank: 0 (pid: 12) of binary: /usr/bin/python`,
  ],
  [
    'torchrun',
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
    `
Traceback (most recent call last):
  File "train.py", line 50, in <module>
    loss.backward()
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.
[rank1]:[E1124 02:00:09.1 ProcessGroupNCCL.cpp:607] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9)
E1124 02:00:10.1 12 torch/distributed/elastic/multiprocessing/api.py:833] failed (exitcode: 1) local_rank: 0 (pid: 40)
Traceback (most recent call last):
  File "/usr/bin/torchrun", line 8, in <module>
    sys.exit(main())
torch.distributed.elastic.multiprocessing.errors.ChildFailedError: 
============================================================
train.py FAILED
------------------------------------------------------------
Root Cause (first observed failure):
[0]:
  rank      : 0 (local_rank: 0)
  exitcode  : 1 (pid: 40)
  error_file: <N/A>`,
  ],
  [
    'NCCL alone',
    'Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9, Timeout(ms)=600000)',
    `
epoch 3 loss 0.21
[rank1]:[E1124 02:00:09.123456 ProcessGroupNCCL.cpp:607] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9, Timeout(ms)=600000)
exited with code 1`,
  ],
  [
    'a Ray task',
    "KeyError: 'user_id'",
    `
2026-11-24 02:00:01,120	INFO worker.py:1642 -- Started a local Ray instance.
Traceback (most recent call last):
  File "x.py", line 5, in <module>
    ray.get(f.remote())
ray.exceptions.RayTaskError(KeyError): ray::f() (pid=12, ip=10.0.0.1)
  File "x.py", line 3, in f
    return d['user_id']
KeyError: 'user_id'`,
  ],
  [
    'a Java stack trace',
    'java.io.FileNotFoundException: oss://ctr/model.bin',
    `
Exception in thread "main" java.lang.RuntimeException: cannot start
\tat com.acme.Main.main(Main.java:12)
Caused by: com.acme.LoadException: cannot load
\tat com.acme.Loader.load(Loader.java:40)
\t... 1 more
Caused by: java.io.FileNotFoundException: oss://ctr/model.bin
\tat com.acme.Files.open(Files.java:7)
\t... 2 more
Process exited with code 1`,
  ],
  [
    'a Java trace behind a log4j line',
    'java.lang.OutOfMemoryError: Java heap space',
    `
26/11/24 02:00:01 INFO TaskSetManager: Starting task 3.0 in stage 1.0
26/11/24 02:00:09 ERROR Executor: Exception in task 3.0 in stage 1.0 (TID 9)
java.lang.OutOfMemoryError: Java heap space
\tat java.util.Arrays.copyOf(Arrays.java:3332)
\tat org.apache.spark.util.X.run(X.scala:12)
26/11/24 02:00:09 INFO SparkContext: Invoking stop() from shutdown hook
26/11/24 02:00:09 ERROR TaskSchedulerImpl: Lost executor 2 on 10.0.0.3: worker lost`,
  ],
  [
    'PySpark',
    'java.io.IOException: Permission denied: user=pai, access=WRITE',
    `
Traceback (most recent call last):
  File "job.py", line 4, in <module>
    df.write.save(path)
py4j.protocol.Py4JJavaError: An error occurred while calling o42.save.
: org.apache.spark.SparkException: Job aborted.
\tat org.apache.spark.sql.X.write(X.scala:100)
Caused by: java.io.IOException: Permission denied: user=pai, access=WRITE
\tat org.apache.hadoop.Y.open(Y.java:3)
\t... 20 more`,
  ],
  [
    'MaxCompute SQL',
    'FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d cannot be resolved',
    `
ID = 20261124020001123gabc
Log view:
http://logview.odps.aliyun.com/logview/?h=http://service.cn.maxcompute.aliyun.com/api&p=ctr&token=•••
Job Queueing.
FAILED: ODPS-0130131:[1,15] Table not found - table ctr_prod.user_stat_d cannot be resolved
Job failed`,
  ],
  [
    'MaxCompute through PyODPS',
    'odps.errors.NoSuchObject: ODPS-0130131: Table ctr_prod.x does not exist',
    `
Traceback (most recent call last):
  File "a.py", line 2, in <module>
    o.get_table("x").reload()
odps.errors.NoSuchObject: ODPS-0130131: Table ctr_prod.x does not exist`,
  ],
  [
    'a plain logger',
    'Column user_id is missing in ctr_prod.user_stat_d',
    `
2026-11-24 02:00:01.120 [main] INFO  c.a.pai.Loader - reading
2026-11-24 02:00:02.120 [main] ERROR c.a.pai.Loader - Column user_id is missing in ctr_prod.user_stat_d
2026-11-24 02:00:02.121 [main] ERROR c.a.pai.Job - Could not build the feature graph
2026-11-24 02:00:02.122 [main] ERROR c.a.pai.Main - Job failed`,
  ],
  [
    "Python's basicConfig",
    'No partition dt=20261123',
    `
INFO:root:starting
ERROR:loader:No partition dt=20261123
ERROR:root:Job failed
exit status 1`,
  ],
  [
    'Python loggers of the usual form',
    'partition dt=20261123 is empty',
    `
2026-11-24 02:00:01,120 - ctr.loader - INFO - 12 partitions
2026-11-24 02:00:02,120 - ctr.loader - ERROR - partition dt=20261123 is empty
2026-11-24 02:00:02,220 - ctr.main - INFO - uploading logs`,
  ],
  [
    'loguru',
    'Model file is truncated',
    `
2026-11-24 02:00:01.120 | INFO     | __main__:main:10 - start
2026-11-24 02:00:02.120 | ERROR    | __main__:main:12 - Model file is truncated
2026-11-24 02:00:02.121 | INFO     | __main__:main:13 - end`,
  ],
  [
    'glog',
    'Check failed: size > 0 (0 vs. 0)',
    `
I1124 03:04:05.123456 12 reader.cc:10] open
F1124 03:04:05.223456 12 reader.cc:12] Check failed: size > 0 (0 vs. 0)
*** Check failure stack trace: ***
    @     0x7f google::LogMessage::Fail()`,
  ],
  [
    'TensorFlow',
    'OP_REQUIRES failed at save_restore_v2_ops.cc:228 : NOT_FOUND: Key dense/kernel not found in checkpoint',
    `
2026-11-24 02:00:00.100: E external/local_xla/xla/stream_executor/cuda/cuda_dnn.cc:9261] Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN when one has already been registered
2026-11-24 02:00:01.100: I tensorflow/core/platform/cpu_feature_guard.cc:182] This TensorFlow binary is optimized
2026-11-24 02:00:02.100: E tensorflow/core/framework/op_kernel.cc:1839] OP_REQUIRES failed at save_restore_v2_ops.cc:228 : NOT_FOUND: Key dense/kernel not found in checkpoint
Finished with status FAILED`,
  ],
  [
    'JSON lines',
    'table ctr_prod.x has no partition',
    `
{"time":"2026-11-24T02:00:01Z","level":"info","msg":"start"}
{"time":"2026-11-24T02:00:02Z","level":"error","msg":"table ctr_prod.x has no partition"}
{"time":"2026-11-24T02:00:02Z","level":"info","msg":"stop"}`,
  ],
  [
    'JSON lines with a stack',
    "KeyError: 'user_id'",
    `
{"levelname":"INFO","message":"start"}
{"levelname":"ERROR","message":"crashed","exc_info":"Traceback (most recent call last):\\n  File \\"a.py\\", line 1, in f\\n    d['user_id']\\nKeyError: 'user_id'"}`,
  ],
  [
    'logfmt',
    'cannot open checkpoint',
    `
time="2026-11-24T02:00:01Z" level=info msg="start"
time="2026-11-24T02:00:02Z" level=error msg="cannot open checkpoint" step=3
time="2026-11-24T02:00:02Z" level=info msg="stop"`,
  ],
  [
    'an OOM kill behind an exit code',
    'Out of memory: Killed process 4021 (python) total-vm:81920000kB',
    `
epoch 3 loss 0.21
[12345.678901] Out of memory: Killed process 4021 (python) total-vm:81920000kB
Killed
exited with code 137`,
  ],
  [
    'a pod killed for its memory',
    'Container main OOMKilled, limit 16Gi',
    `
step 100 loss 0.4
step 200 loss 0.3
Container main OOMKilled, limit 16Gi
Pod worker-0 failed`,
  ],
  [
    'a killed shell job',
    'run.sh: line 12:  4021 Killed                  python train.py',
    `
epoch 1
epoch 2
run.sh: line 12:  4021 Killed                  python train.py
exited with code 137`,
  ],
  [
    'only an exit code',
    'container main exited with code 137',
    `
epoch 1
epoch 2
epoch 3
container main exited with code 137
Job failed`,
  ],
  [
    'a segmentation fault',
    'Segmentation fault (core dumped)',
    `
INFO:root:loading
loading native ops
Segmentation fault (core dumped)
exit code: 139`,
  ],
  [
    'pip',
    'No matching distribution found for torch==9.9',
    `
Looking in indexes: https://mirrors.aliyun.com/pypi/simple/
ERROR: Could not find a version that satisfies the requirement torch==9.9 (from versions: 2.0.0, 2.1.0)
ERROR: No matching distribution found for torch==9.9
exit status 1`,
  ],
  [
    'npm',
    '404 Not Found - GET https://registry.example.com/left-pda',
    `
npm WARN deprecated har-validator@5.1.5: this library is no longer supported
npm ERR! code E404
npm ERR! 404 Not Found - GET https://registry.example.com/left-pda
npm ERR! A complete log of this run can be found in: /root/.npm/_logs/x.log`,
  ],
  [
    'a missing command',
    'bash: line 1: odpscmd: command not found',
    `
+ set -e
+ odpscmd -f job.sql
bash: line 1: odpscmd: command not found
exited with code 127`,
  ],
  [
    'a missing file',
    "python: can't open file '/ml/train.py': [Errno 2] No such file or directory",
    `
+ cd /ml
+ python /ml/train.py
python: can't open file '/ml/train.py': [Errno 2] No such file or directory
Job failed with exit code 2`,
  ],
  [
    'a full disk',
    'OSError: [Errno 28] No space left on device',
    `
saving checkpoint
Traceback (most recent call last):
  File "save.py", line 2, in <module>
    f.write(b)
OSError: [Errno 28] No space left on device`,
  ],
  [
    'an image that can not be pulled',
    'Failed to pull image "registry/x:1": rpc error: code = NotFound desc = manifest unknown',
    `
Normal  Scheduled  Successfully assigned ns/worker-0 to node-1
Warning  Pulling  pulling image "registry/x:1"
Failed to pull image "registry/x:1": rpc error: code = NotFound desc = manifest unknown
Error: ImagePullBackOff
Pod failed`,
  ],
  [
    'a quota',
    'Quota exceeded for resource group gpu-a: requested 8 GPU, 4 left',
    `
submitting job
2026-11-24 02:00:02 [ERROR] [scheduler] Quota exceeded for resource group gpu-a: requested 8 GPU, 4 left
Submit failed`,
  ],
  [
    'retries that were given up',
    'requests.exceptions.ConnectTimeout: pai-dlc.cn-shanghai.aliyuncs.com',
    `
WARN attempt 1/3 failed, retrying in 5s
WARN attempt 2/3 failed, retrying in 5s
requests.exceptions.ConnectTimeout: pai-dlc.cn-shanghai.aliyuncs.com
giving up after 3 attempts`,
  ],
  [
    'an error that was tried again until the end',
    'cannot reach oss-cn-shanghai.aliyuncs.com',
    `
2026-11-24 02:00:01 ERROR cannot reach oss-cn-shanghai.aliyuncs.com
2026-11-24 02:00:01 INFO Retrying in 5 s
2026-11-24 02:00:09 INFO waiting
2026-11-24 02:00:19 INFO waiting
Job failed`,
  ],
  [
    'a warning with a trace before the real one',
    'ValueError: batch is empty',
    `
2026-11-24 02:00:01,120 WARNING metrics: could not push metrics
Traceback (most recent call last):
  File "m.py", line 1, in push
    post()
ConnectionError: pushgateway
2026-11-24 02:00:02,120 INFO going on
Traceback (most recent call last):
  File "t.py", line 1, in <module>
    step()
ValueError: batch is empty`,
  ],
  [
    'a failure with noise of the interpreter behind it',
    'ValueError: batch is empty',
    `
Traceback (most recent call last):
  File "t.py", line 1, in <module>
    step()
ValueError: batch is empty
Exception ignored in: <function Pool.__del__ at 0x7f>
Traceback (most recent call last):
  File "pool.py", line 1, in __del__
    self.close()
AttributeError: 'NoneType' object has no attribute 'dumps'
sys:1: ResourceWarning: unclosed file`,
  ],
  [
    'a compiler',
    "src/op.cc:12:3: error: use of undeclared identifier 'x'",
    `
[1/3] g++ -c op.cc
src/op.cc:12:3: error: use of undeclared identifier 'x'
1 error generated.
make: *** [op.o] Error 1`,
  ],
  [
    'Go',
    'panic: runtime error: index out of range [3] with length 3',
    `
starting
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.main()
	/go/main.go:8 +0x1d
exit status 2`,
  ],
  [
    'brackets around everything',
    'shape mismatch: (3, 4) and (4, 4)',
    `
[2026-11-24 02:00:00,123][train][INFO] - start
[2026-11-24 02:00:01,123][train][ERROR] - shape mismatch: (3, 4) and (4, 4)
[2026-11-24 02:00:01,124][train][INFO] - end`,
  ],
  [
    'zap',
    'path oss://ctr/x does not exist',
    `
2026-11-24T02:00:01Z\tINFO\tcontroller/job.go:10\tstart
2026-11-24T02:00:01Z\tERROR\tcontroller/job.go:12\tpath oss://ctr/x does not exist
2026-11-24T02:00:02Z\tINFO\tcontroller/job.go:14\tstop`,
  ],
  [
    'the last of several attempts',
    'Attempt 3 of 3: cannot open the table',
    `
ERROR Attempt 2 of 3: cannot open the table
INFO waiting
ERROR Attempt 3 of 3: cannot open the table
INFO closing`,
  ],
  [
    'Chinese',
    '错误：表 ctr_prod.x 不存在',
    '2026-11-24 02:00:01 开始\n2026-11-24 02:00:02 错误：表 ctr_prod.x 不存在\n任务失败',
  ],
];

const HEALTHY: readonly (readonly [name: string, log: string])[] = [
  [
    'only INFO and WARN',
    `
2026-11-24 02:00:01,120 INFO start
2026-11-24 02:00:02,120 WARN slow disk, error budget is shrinking
2026-11-24 02:00:03,120 INFO end`,
  ],
  [
    'counts of no errors',
    '0 errors, 2 warnings\nERRORS=0\nno error\nerrors: 0\n[INFO] finished with no errors\nTests: 0 failed',
  ],
  [
    'metrics',
    'error_rate=0.01\nmean_absolute_error: 0.12\nMeanSquaredError: 0.012\nval_error: 0.2\nERROR_RATE 0.2\nError rate: 0.1',
  ],
  [
    'arguments',
    '+ python train.py --on-error=continue --fail-fast\njava -XX:+HeapDumpOnOutOfMemoryError -XX:OnOutOfMemoryError="kill -9 %p" -jar a.jar\nargs: Namespace(on_error="raise", lr=0.1)',
  ],
  [
    'settings',
    'error_threshold: 3\nretry_on_failure: true\nmax_failures: 3\n  error_file: <N/A>\nfatal_errors = false\nlog_level=ERROR',
  ],
  [
    'warnings of Python',
    '/usr/lib/x.py:12: DeprecationWarning: np.bool is deprecated\n  warnings.warn(\n/usr/lib/y.py:3: UserWarning: Failed to initialize NumPy',
  ],
  [
    'an error that was tried again and went well',
    `
2026-11-24 02:00:01 ERROR connection to oss lost
2026-11-24 02:00:01 INFO Retrying in 5 s (attempt 1/3)
2026-11-24 02:00:06 INFO connected
2026-11-24 02:00:16 INFO Job finished successfully`,
  ],
  [
    'a warning with a trace',
    `
WARNING:root:could not push metrics
Traceback (most recent call last):
  File "m.py", line 1, in push
    post()
ConnectionError: pushgateway
INFO:root:going on
INFO:root:saved`,
  ],
  [
    'what TensorFlow always says',
    `
2026-11-24 02:00:00.100: E external/local_xla/xla/stream_executor/cuda/cuda_blas.cc:1515] Unable to register cuBLAS factory: Attempting to register factory for plugin cuBLAS
2026-11-24 02:00:00.100: W tensorflow/compiler/tf2tensorrt/utils/py_utils.cc:38] TF-TRT Warning: Could not find TensorRT
2026-11-24 02:00:00.100: E tensorflow/stream_executor/cuda/cuda_driver.cc:271] failed call to cuInit: UNKNOWN ERROR (303)
Epoch 1/3`,
  ],
  ['only that it failed', 'step 1\nstep 2\nJob failed\nFinished with status FAILED'],
  ['only the head of a traceback', 'step 1\nTraceback (most recent call last):'],
  [
    'an error before the job went well',
    'ERROR: plugin x is not installed\nstep 1\nstep 2\nThe job completed successfully',
  ],
  ['exit code 0', 'saving\nexited with code 0\nexit status 0'],
  ['progress', ' 10%|█         | 1/10 [00:01<00:09]\n100%|██████████| 10/10\nloss=0.1 error=0.2'],
  [
    'prose about errors',
    'errors will be written to /tmp/err.log\nPrinting failed rows: none\nsee error codes at https://x.io/error',
  ],
  ['JSON without errors', '{"level":"info","msg":"ok","error":null,"errors":0}\n{"auc":0.9,"error":"none"}'],
  [
    'errors that are none',
    'step 1\nError: None\nerror: ""\nerror: null\nError:\nerror=\nERROR: []\n2026-11-24 02:00:01 ERROR - null\nErrorMessage: ""\nfatal: \'\'\n错误：无\n错误：""\nError: N/A\nerror: {}',
  ],
  [
    'counts and settings of what may be killed',
    'Killed process count: 0\nKilled: 0\nKilled tasks = 0\nAborted transactions: 3\nKilled by user\nAborted by user',
  ],
  ['nothing', ''],
];

function linesOf(log: string): string[] {
  return log.replace(/^\n/, '').split('\n');
}

describe('findErrorLine finds the cause in', () => {
  it.each(TAILS)('%s: %s', (_, cause, log) => {
    const lines = linesOf(log);
    const found = findErrorLine(lines);

    expect(found?.line).toBe(cause);
    const source = lines[found?.index ?? -1] ?? '';
    expect(source.replaceAll('\\"', '"')).toContain(cause);
  });

  it('lines whose indentation was lost', () => {
    const log = linesOf(TAILS[0]?.[2] ?? '').map((line) => line.trim());

    expect(findErrorLine(log)?.line).toBe("KeyError: 'user_id'");
  });
});

describe('findErrorLine takes for a cause', () => {
  it.each([
    'Killed',
    'Killed: 9',
    'Killed (OOM)',
    'Killed process 4021 (python)',
    'Killed by signal 9',
    'Killed                  python train.py',
    'Segmentation fault.',
    'Segmentation fault: 11',
    'Segmentation fault (core dumped)',
    'Aborted (core dumped)',
    'Bus error',
    'run.sh: line 12:  4021 Killed                  python train.py',
    'error: nullable column user_id',
    'Error: None of the files exist',
    'KeyError: None',
    '错误：无法打开表',
  ])('%j', (line) => {
    expect(findErrorLine(['step 1', 'step 2', line])?.index).toBe(2);
  });
});

describe('findErrorLine finds nothing in', () => {
  it.each(HEALTHY)('%s', (_, log) => {
    expect(findErrorLine(linesOf(log))).toBeUndefined();
  });
});

const logLine = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.constantFrom(...TAILS.flatMap(([, , log]) => linesOf(log))),
  fc.constantFrom(...HEALTHY.flatMap(([, log]) => linesOf(log))),
);

describe('findErrorLine on anything', () => {
  it('points at a line given and takes its words from there', () => {
    fc.assert(
      fc.property(fc.array(logLine, { maxLength: 30 }), (lines) => {
        const found = findErrorLine(lines);

        if (found === undefined) return;
        expect(lines[found.index]).toBeDefined();
        expect(found.line).toBe(found.line.trim());
        expect(found.line).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('does not change its mind for lines of level info behind', () => {
    const info = fc.constantFrom(
      '2026-11-24 02:01:00,120 INFO uploading logs',
      'INFO:root:closing',
      'I1124 03:04:05.123456 12 reader.cc:10] closed',
      '{"level":"info","msg":"stopped"}',
      '26/11/24 02:00:09 INFO SparkContext: Invoking stop()',
    );

    fc.assert(
      fc.property(fc.constantFrom(...TAILS), fc.array(info, { maxLength: 8 }), ([, , log], infos) => {
        const lines = linesOf(log);

        expect(findErrorLine([...lines, ...infos])).toEqual(findErrorLine(lines));
      }),
    );
  });

  it.each([
    'a',
    ' ',
    '[',
    '(',
    '[a]',
    ':',
    'ERROR ',
    'a.',
    'A.b',
    '{',
    '{"a":',
    'Caused by: ',
    '|',
    '- ',
    'exit ',
    'failed ',
    'NCCL ',
    'sh: ',
    'msg="',
    '1',
    '/',
    'Error',
    'level=error msg=a',
    '2026-11-24 02:00:01 ',
    'run ',
    'no ',
  ])('answers for a line of 1 MB and for 20,000 lines of %j', (unit) => {
    const long = unit.repeat(Math.ceil(1_000_000 / unit.length));

    expect(findErrorLine([long])?.index ?? 0).toBe(0);
    expect(findErrorLine(Array<string>(20_000).fill(unit.repeat(20)))?.index ?? 0).toBeLessThan(20_000);
  });
});

describe('looksLikeError', () => {
  it.each([
    '2026-11-24 02:00:01,120 - ctr - ERROR - partition is empty',
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in f',
    "KeyError: 'user_id'",
    '\tat com.acme.Main.main(Main.java:12)',
    'Caused by: java.io.IOException: closed',
    'FAILED: ODPS-0130131:[1,15] Table not found',
    'bash: line 1: x: command not found',
    'exited with code 137',
    'Job failed',
    '{"level":"error","msg":"x"}',
  ])('is true of %j', (line) => {
    expect(looksLikeError(line)).toBe(true);
  });

  it.each([
    '2026-11-24 02:00:01,120 - ctr - WARNING - error budget',
    'INFO:root:0 errors',
    'WARN java.io.IOException: closed, will try again',
    'epoch 1 error 0.2',
    '/usr/lib/x.py:12: DeprecationWarning: np.bool is deprecated',
    '',
  ])('is false of %j', (line) => {
    expect(looksLikeError(line)).toBe(false);
  });
});
