import { DefaultReporter, type TestModule } from 'vitest/node'

/** vitest's own report, and behind it one plain line: N passed, N failed. A file that cannot run counts as failed. */
export default class PlainCount extends DefaultReporter {
  override onTestRunEnd(...args: Parameters<DefaultReporter['onTestRunEnd']>): void {
    super.onTestRunEnd(...args)
    const [modules, unhandledErrors] = args
    const states = modules.flatMap(statesOf)
    const passed = states.filter((state) => state === 'passed').length
    // A test that was left out on purpose (-t) is neither; one that never ended has failed.
    const failed = states.filter((state) => state === 'failed' || state === 'pending').length + unhandledErrors.length
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  }
}

/** One entry for each test; for a module that failed outside its tests, one for itself. */
function statesOf(module: TestModule): string[] {
  const states = [...module.children.allTests()].map((test) => test.result().state)
  const brokeOutside = module.state() === 'failed' && !states.includes('failed')
  return brokeOutside ? [...states, 'failed'] : states
}
