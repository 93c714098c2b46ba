// What axe finds on a page, by every rule of WCAG 2.2 A and AA and of good practice.
import assert from 'node:assert/strict'
import axe from 'axe-core'

export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A line for each element that breaks a rule; of what is well axe tells one element a rule, which is half of its work. */
export async function violationsOn(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const { violations, passes } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] }),
    RULES,
  )
  assert.ok(passes.length > 10 && passes.some((rule) => rule.id === 'color-contrast'), 'axe has looked')
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.html} ${node.failureSummary}`),
  )
}
