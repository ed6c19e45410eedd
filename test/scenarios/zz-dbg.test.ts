import { test } from 'vitest'
import { startScene } from './setup.ts'
test('x', async () => {
  await using scene = await startScene()
  scene.github.faults.add({ path: /^\/repos\/octo\/demo\//, times: Number.POSITIVE_INFINITY, behaviour: { redirect: 301 } })
  const r = await scene.run({debug: true})
  console.log(r.stdout, r.stderr, scene.github.requests.map((r)=>`${r.method} ${r.path} ${r.status}`), scene.github.violations)
}, 60000)
