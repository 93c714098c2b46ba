/** Small, seeded, good enough to draw people: mulberry32. */
export declare function random(seed: number): () => number;
