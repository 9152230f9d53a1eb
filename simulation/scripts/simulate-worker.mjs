// A worker process of simulate.mjs: runs the blocks of seeds that it receives, up to the first failure.
const { simulateCall, repeatCommand } = await import(process.argv[2]);

process.on('message', async ({ from, to }) => {
  const ends = new Set();
  for (let seed = from; seed < to; seed++) {
    const report = await simulateCall(seed);
    const { result } = report;
    if (result) ends.add(result.path === 'failure' ? result.cause : result.path);
    if (report.violations.length === 0) continue;
    const failure = {
      seed,
      violations: report.violations,
      trace: report.trace(),
      command: repeatCommand(seed),
    };
    process.send({ count: seed + 1 - from, ends: [...ends], failure });
    return;
  }
  process.send({ count: to - from, ends: [...ends] });
});
process.send({ ready: true });
