// What the documents' Python makes, for machines whose Python lacks a library: `makes` writes the same files by other means,
// `check` holds what the code takes for given against what there is.
export const STAND_INS = {}
