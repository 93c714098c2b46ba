/** Small, seeded, good enough to draw people: mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whole numbers from 0 up to before n ≤ 2^53. */
export function wholes(seed: number): (n: number) => number {
  const draw = random(seed)
  return (n) => Math.floor(n * (Math.floor(draw() * 2 ** 21) / 2 ** 21 + draw() / 2 ** 21))
}

/** Roughly normal numbers: the sum of twelve uniforms. */
export function normals(seed: number): () => number {
  const draw = random(seed)
  return () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += draw()
    return sum
  }
}
